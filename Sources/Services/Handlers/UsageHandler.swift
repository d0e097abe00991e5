public import API
internal import Domain
public import GRPC
internal import Store

/// Usage: what metrics demand, what is reported, and what it comes to.
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
        let preparation = UsagePreparation(backend: backend, call: call)
        return try await UsageIntake(backend: backend).store(
            try await preparation.prepare(message), preparedBy: preparation)
    }

    // MARK: - One record, and what is new

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
        if let size = query.filter.size { response.asOf = UsageQuery.asOf(size) }
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

extension UsageRevision {
    fileprivate init(_ row: UsageRevisionRow) {
        self.init()
        sourceID = row.sourceCode
        revision = Int32(row.revision)
        quantity = row.quantity
        registerPosition = row.position
    }
}
