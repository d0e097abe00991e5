public import API
internal import Domain
public import GRPC
internal import Store

/// Metrics, ingestion and figures of usage.
public struct UsageHandler: UsageServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    // MARK: - Ingestion

    public func ingestUsage(_ call: ServerCall) async throws {
        try await UsageIngestion(backend: backend, call: call).run()
    }

    public func reportUsage(_ message: [UInt8], _ call: ServerCall) async throws -> [UInt8] {
        let batch = try await UsagePreparation(backend: backend, call: call).prepare(message)
        return try await UsageIntake(backend: backend).store(batch)
    }

    // MARK: - Figures

    public func queryUsageTotals(
        _ request: QueryUsageTotalsRequest, _ call: ServerCall
    ) async throws -> QueryUsageTotalsResponse {
        let query = try await UsageQuery(
            parent: request.parent, period: request.hasPeriod ? request.period : nil, party: request.party,
            metric: request.metric, asOf: request.hasAsOf ? request.asOf : nil, backend: backend
        ) { try await backend.participant(call, in: $0) }
        let (figures, coverage) = try await totals(query)
        var response = QueryUsageTotalsResponse()
        response.totals = figures.rows.map(query.total)
        response.coverage = query.coverage(coverage, members: try await expectedMembers(query))
        response.asOf = UsageQuery.asOf(figures.size)
        return response
    }

    private func totals(_ query: UsageQuery) async throws -> (UsageFigures, [UsageCoverageRow]) {
        let reader = backend.store.reader(query.caller.principal)
        if let figures = try await reader.usageRollups(query.filter) {
            return (figures, try await reader.usageCoverage(query.filter, fromRecords: false))
        }
        let reports = backend.store.reportReader(query.caller.principal)
        return (
            try await reports.usageRecordFigures(query.filter),
            try await reports.usageCoverage(query.filter, fromRecords: true)
        )
    }

    /// The members whose usage the caller may see.
    func expectedMembers(_ query: UsageQuery) async throws -> [String] {
        let members = try await backend.store.reader(query.caller.principal).memberIDs(of: query.caller.consortium)
        let own = query.caller.principal
        return members.keys.filter { code in
            (query.party == nil || query.party == code) && (own.role.seesAllParties || own.partyCode == code)
        }
    }

    public func queryUsageSeries(
        _ request: QueryUsageSeriesRequest, _ call: ServerCall
    ) async throws -> QueryUsageSeriesResponse {
        guard let grain = UsageStep(request.grain) else { throw Failure.missing("grain") }
        let limit = try Limits.pageSize(request.pageSize)
        let query = try await UsageQuery(
            parent: request.parent, period: request.hasPeriod ? request.period : nil, party: request.party,
            metric: request.metric, asOf: request.hasAsOf ? request.asOf : nil, backend: backend
        ) { try await backend.participant(call, in: $0) }
        var question = request
        question.pageToken = ""
        question.pageSize = 0
        question.clearAsOf()
        let token = try PageToken(question, method: call.method.path, principal: query.caller.principal)
        let place = try token.place(request.pageToken, count: 3).map { parts in
            UsagePlace(
                partyCode: parts[0], metricCode: parts[1], start: try Domain.CivilDate(parts[2], field: "page_token"))
        }
        let figures = try await series(query, grain, place, limit: limit + 1)
        var response = QueryUsageSeriesResponse()
        response.asOf = UsageQuery.asOf(figures.size)
        response.points = figures.rows.prefix(limit).map(query.point)
        if figures.rows.count > limit, let last = figures.rows.prefix(limit).last {
            response.nextPageToken = token.text([last.partyCode, last.metricCode, last.start.description])
        }
        return response
    }

    private func series(
        _ query: UsageQuery, _ grain: UsageStep, _ place: UsagePlace?, limit: Int
    ) async throws -> UsageFigures {
        let reader = backend.store.reader(query.caller.principal)
        let figures = try await reader.usageRollups(query.filter, by: grain, after: place, limit: limit)
        if let figures { return figures }
        return try await backend.store.reportReader(query.caller.principal)
            .usageRecordFigures(query.filter, by: grain, after: place, limit: limit)
    }

    public func getUsageHistory(
        _ request: GetUsageHistoryRequest, _ call: ServerCall
    ) async throws -> GetUsageHistoryResponse {
        var checks = FieldChecks()
        if request.party.isEmpty { checks.missing("party") }
        if request.metric.isEmpty { checks.missing("metric") }
        let instants = UsageRules.instants
        checks.require(instants.contains(request.intervalStart), "interval_start", "must lie between 1970 and 2199")
        try checks.finish()
        // Only of moments within the calendar the difference is sure to fit.
        checks.require(
            instants.contains(request.intervalEnd) && request.intervalEnd > request.intervalStart
                && request.intervalEnd - request.intervalStart <= UsageRules.longestInterval,
            "interval_end", "must lie after the start, by 366 days at most")
        try checks.finish()
        var period = API.DateRange()
        let day = Domain.CivilDate(daysSinceEpoch: Int(request.intervalStart / 86_400)) ?? Clock.today()
        period.start = API.CivilDate(day)
        period.end = API.CivilDate(day.adding(days: 1) ?? day)
        let query = try await UsageQuery(
            parent: request.parent, period: period, party: request.party, metric: request.metric,
            asOf: request.hasAsOf ? request.asOf : nil, backend: backend
        ) { try await backend.participant(call, in: $0) }
        let key = UsageKey(
            metric: query.filter.metric ?? 0, party: query.filter.party ?? 0, start: request.intervalStart,
            seconds: Int32(request.intervalEnd - request.intervalStart))
        let rows = try await backend.store.reader(query.caller.principal).usageHistory(
            of: key, application: query.filter.application, in: query.caller.consortium,
            knownAt: query.filter.size ?? .max)
        var response = GetUsageHistoryResponse()
        response.revisions = rows.map(UsageRevision.init)
        return response
    }

    public func watchUsage(
        _ request: WatchUsageRequest, _ responses: ResponseWriter<WatchUsageResponse>, _ call: ServerCall
    ) async throws {
        let query = try await UsageQuery(
            parent: request.parent, period: request.hasPeriod ? request.period : nil, party: request.party,
            metric: request.metric, asOf: nil, backend: backend
        ) { try await backend.participant(call, in: $0) }
        var known: [String: UsageTotal] = [:]
        var size: Int64 = -1
        while true {
            // Looked up each time: whoever loses its place in the consortium hears no more.
            _ = try await backend.participant(call, in: query.caller.code)
            let reader = backend.store.reader(query.caller.principal)
            let head = try await reader.registerSize(query.caller.consortium)
            if head != size, let figures = try await reader.usageRollups(query.filter) {
                var response = WatchUsageResponse()
                response.registerSize = figures.size
                for total in figures.rows.map(query.total)
                where known.updateValue(total, forKey: total.party + total.metric) != total {
                    response.totals.append(total)
                }
                if !response.totals.isEmpty || size < 0 { try await responses.write(response) }
                size = figures.size
            }
            try await call.pause(for: Limits.watchInterval)
        }
    }
}

extension UsageQuery {
    func point(_ row: UsageFigureRow) -> UsagePoint {
        var point = UsagePoint()
        point.party = "parties/" + row.partyCode
        point.metric = "\(parent)/metrics/\(row.metricCode)"
        point.start = API.CivilDate(row.start)
        point.quantity = row.quantity
        point.recordCount = row.recordCount
        return point
    }
}

extension UsageRevision {
    fileprivate init(_ row: UsageRevisionRow) {
        self.init()
        sourceID = row.sourceCode
        revision = Int32(row.revision)
        quantity = row.quantity
        registerPosition = row.position
    }
}

extension UsageStep {
    fileprivate init?(_ grain: API.UsageGrain) {
        self.init(rawValue: grain.rawValue)
    }
}
