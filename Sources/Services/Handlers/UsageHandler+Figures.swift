public import API
internal import Domain
public import GRPC
internal import Store

extension UsageHandler {
    public func queryUsageTotals(
        _ request: QueryUsageTotalsRequest, _ call: ServerCall
    ) async throws -> QueryUsageTotalsResponse {
        let limit = try Limits.pageSize(request.pageSize)
        let query = try await UsageQuery(
            parent: request.parent, period: request.hasPeriod ? request.period : nil, party: request.party,
            metric: request.metric, asOf: request.hasAsOf ? request.asOf : nil, backend: backend,
            byRelease: request.byRelease, release: request.release
        ) { try await backend.participant(call, in: $0) }
        var question = request
        question.pageToken = ""
        question.pageSize = 0
        question.clearAsOf()
        let token = try PageToken(question, method: call.method.path, principal: query.caller.principal)
        let place = try token.usagePlace(request.pageToken)
        // None waits for another: together they take one round trip.
        async let found = totals(query, place, limit: limit + 1)
        async let members = expectedMembers(query)
        async let keptFrom = backend.store.reader(query.caller.principal).usageKeptFrom(in: query.caller.consortium)
        let (figures, months) = try await found
        let page = figures.rows.prefix(limit)
        let end = figures.rows.count > limit ? page.last : nil
        var response = QueryUsageTotalsResponse()
        response.totals = page.map(query.total)
        response.coverage = query.coverage(months, members: try await members)
            .filter { query.isOnPage($0, after: place, upTo: end) }
        response.asOf = UsageQuery.asOf(figures.size)
        if let end { response.nextPageToken = token.text(end) }
        if let kept = try await keptFrom { response.keptFrom = API.CivilDate(kept) }
        return response
    }

    private func totals(
        _ query: UsageQuery, _ place: UsagePlace?, limit: Int
    ) async throws -> (UsageFigures, [UsageCoverageRow]) {
        let reader = backend.store.reader(query.caller.principal)
        async let months = reader.usageCoverage(query.filter, fromRecords: false)
        if let figures = try await reader.usageRollups(query.filter, after: place, limit: limit) {
            return (figures, try await months)
        }
        let reports = backend.store.reportReader(query.caller.principal)
        return (
            try await reports.usageRecordFigures(query.filter, after: place, limit: limit),
            try await reports.usageCoverage(query.filter, fromRecords: true)
        )
    }

    /// The members of those days whose usage the caller may see, in ascending order.
    func expectedMembers(_ query: UsageQuery) async throws -> [String] {
        let filter = query.filter
        let members = try await backend.store.reader(query.caller.principal).memberCodes(
            of: filter.consortium, from: filter.from, until: filter.until, knownAt: filter.size ?? .max)
        let own = query.caller.principal
        return members.filter { code in
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
            metric: request.metric, asOf: request.hasAsOf ? request.asOf : nil, backend: backend,
            byRelease: request.byRelease, release: request.release
        ) { try await backend.participant(call, in: $0) }
        var question = request
        question.pageToken = ""
        question.pageSize = 0
        question.clearAsOf()
        let token = try PageToken(question, method: call.method.path, principal: query.caller.principal)
        let figures = try await figures(
            query, by: grain, after: try token.usagePlace(request.pageToken), limit: limit + 1)
        let page = figures.rows.prefix(limit)
        var response = QueryUsageSeriesResponse()
        response.asOf = UsageQuery.asOf(figures.size)
        response.points = page.map(query.point)
        if figures.rows.count > limit, let last = page.last { response.nextPageToken = token.text(last) }
        return response
    }

    /// Figures from rollups, or from the records where rollups no longer tell of that state.
    func figures(
        _ query: UsageQuery, by grain: UsageStep? = nil, after place: UsagePlace? = nil, limit: Int? = nil
    ) async throws -> UsageFigures {
        let reader = backend.store.reader(query.caller.principal)
        let figures = try await reader.usageRollups(query.filter, by: grain, after: place, limit: limit)
        if let figures { return figures }
        return try await backend.store.reportReader(query.caller.principal)
            .usageRecordFigures(query.filter, by: grain, after: place, limit: limit)
    }

    public func compareUsage(_ request: CompareUsageRequest, _ call: ServerCall) async throws -> CompareUsageResponse {
        let start = Domain.CivilDate(year: Int(request.year), month: 1, day: 1)
        guard let start, let end = start.adding(months: 12), end <= Clock.today() else {
            throw Failure.invalid("year", "must be a calendar year that is over")
        }
        var period = API.DateRange()
        (period.start, period.end) = (API.CivilDate(start), API.CivilDate(end))
        let query = try await UsageQuery(
            parent: request.parent, period: period, party: "", metric: request.metric, asOf: nil, backend: backend
        ) { try await backend.participant(call, in: $0) }
        let reader = backend.store.reader(query.caller.principal)
        guard let figures = try await reader.comparedUsage(query.filter) else {
            throw Failure(
                .decisionRequired,
                "the charter of \(query.caller.name) does not let members compare their usage; a decision can amend it"
            ).about("consortium", query.caller.name)
        }
        let rows = Dictionary(grouping: figures.rows, by: \.metricCode)
        var response = CompareUsageResponse()
        response.registerSize = figures.size
        response.comparisons = try query.metrics.compactMap { metric in
            try rows[metric.code].map { try query.comparison($0, of: metric) }
        }
        return response
    }
}

extension PageToken {
    fileprivate func usagePlace(_ token: String) throws -> UsagePlace? {
        try place(token, count: 4).map { parts in
            UsagePlace(
                partyCode: parts[0], metricCode: parts[1], release: parts[2],
                start: try Domain.CivilDate(parts[3], field: "page_token"))
        }
    }

    fileprivate func text(_ row: UsageFigureRow) -> String {
        text([row.partyCode, row.metricCode, row.release, row.start.description])
    }
}

extension UsageQuery {
    fileprivate func point(_ row: UsageFigureRow) -> UsagePoint {
        var point = UsagePoint()
        point.party = "parties/" + row.partyCode
        point.metric = "\(parent)/metrics/\(row.metricCode)"
        point.start = API.CivilDate(row.start)
        point.quantity = row.quantity
        point.recordCount = row.recordCount
        if !row.release.isEmpty { point.release = "\(parent)/releases/\(row.release)" }
        return point
    }

    /// Whether a line of coverage belongs to the page behind `place` that ends with `end`.
    fileprivate func isOnPage(_ line: UsageCoverage, after place: UsagePlace?, upTo end: UsageFigureRow?) -> Bool {
        func name(_ party: String, _ metric: String) -> (String, String) {
            ("parties/" + party, "\(parent)/metrics/\(metric)")
        }
        let own = (line.party, line.metric)
        if let place, own <= name(place.partyCode, place.metricCode) { return false }
        if let end, own > name(end.partyCode, end.metricCode) { return false }
        return true
    }

    /// The figures of one metric beside each other, without small counts.
    fileprivate func comparison(_ rows: [UsageFigureRow], of metric: MetricRow) throws -> UsageComparison {
        let addsUp = metric.aggregation == UsageAggregation.sum.number
        let small = SmallCounts(rows.map(\.quantity), scale: Int(metric.scale), addsUp: addsUp)
        var comparison = UsageComparison()
        comparison.metric = "\(parent)/metrics/\(metric.code)"
        comparison.parties = zip(rows, small.isSuppressed).map { row, isSuppressed in
            var party = ComparedUsage()
            party.party = "parties/" + row.partyCode
            party.suppressed = isSuppressed
            if !isSuppressed { party.quantity = row.quantity }
            return party
        }
        comparison.totalSuppressed = !small.hasTotal
        if small.hasTotal {
            comparison.total = try rows.reduce(into: Int64(0)) { sum, row in
                let (next, overflow) = sum.addingReportingOverflow(row.quantity)
                if overflow { throw Failure(.outOfRange, "the totals of all parties add up to too much") }
                sum = next
            }
        }
        return comparison
    }
}

extension UsageStep {
    fileprivate init?(_ grain: API.UsageGrain) {
        self.init(rawValue: grain.rawValue)
    }
}
