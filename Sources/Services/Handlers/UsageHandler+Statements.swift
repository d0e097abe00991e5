public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

extension UsageHandler {
    public func confirmUsage(_ request: ConfirmUsageRequest, _ call: ServerCall) async throws -> ConfirmUsageResponse {
        let query = try await ownQuery(request.parent, request.hasPeriod ? request.period : nil, call)
        if request.registerSize < 0 { throw Failure.invalid("register_size", "must not be negative") }
        return try await backend.change(
            call, request, id: request.requestID, as: query.caller.principal
        ) { session, stamp in
            var response = ConfirmUsageResponse()
            response.statement = try await state(query, session, stamp, seenAt: request.registerSize) {
                $0.verdict = .confirmed
            }
            return response
        }
    }

    public func disputeUsage(_ request: DisputeUsageRequest, _ call: ServerCall) async throws -> DisputeUsageResponse {
        let query = try await ownQuery(request.parent, request.hasPeriod ? request.period : nil, call)
        let names = query.metrics.map { "\(query.parent)/metrics/\($0.code)" }
        var checks = FieldChecks()
        for (index, metric) in request.metrics.enumerated() {
            checks.require(names.contains(metric), "metrics[\(index)]", "must be a metric of the application")
        }
        try checks.finish()
        return try await backend.change(
            call, request, id: request.requestID, as: query.caller.principal
        ) { session, stamp in
            var response = DisputeUsageResponse()
            response.statement = try await state(query, session, stamp, seenAt: 0) {
                $0.verdict = .disputed
                $0.disputedMetrics = request.metrics
            }
            return response
        }
    }

    public func listUsageStatements(
        _ request: ListUsageStatementsRequest, _ call: ServerCall
    ) async throws -> ListUsageStatementsResponse {
        let query = try await UsageQuery(
            parent: request.parent, period: request.hasPeriod ? request.period : nil, party: "", metric: "",
            asOf: request.hasAsOf ? request.asOf : nil, backend: backend
        ) { try await backend.participant(call, in: $0) }
        var question = request
        question.clearAsOf()
        let page = try ListPage(question, call, query.caller.principal)
        let members = try await expectedMembers(query)
        // The totals first: they say for which state the statements are looked for.
        let figures = try await figures(query)
        var response = ListUsageStatementsResponse()
        let (shown, next) = try page.cut(whole: members) { $0 }
        response.nextPageToken = next
        response.statements = try await UsageStatements(application: query.parent, filter: query.filter)
            .list(Array(shown), beside: figures, backend.store.reader(query.caller.principal))
        response.asOf = UsageQuery.asOf(figures.size)
        return response
    }

    public func listLateUsage(
        _ request: ListLateUsageRequest, _ call: ServerCall
    ) async throws -> ListLateUsageResponse {
        let limit = try Limits.pageSize(request.pageSize)
        let query = try await UsageQuery(
            parent: request.parent, period: request.hasBooked ? request.booked : nil, party: "", metric: "",
            asOf: request.hasAsOf ? request.asOf : nil, backend: backend
        ) { try await backend.participant(call, in: $0) }
        var question = request
        question.pageToken = ""
        question.pageSize = 0
        question.clearAsOf()
        let token = try PageToken(question, method: call.method.path, principal: query.caller.principal)
        let place = try token.place(request.pageToken, count: 4).map { parts in
            UsageLatePlace(
                position: Int64(parts[0]) ?? 0, metricCode: parts[1], partyCode: parts[2],
                day: try Domain.CivilDate(parts[3], field: "page_token"))
        }
        let reader = backend.store.reader(query.caller.principal)
        var size = query.filter.size ?? 0
        if query.filter.size == nil { size = try await reader.registerSize(query.caller.register.id) }
        let rows = try await reader.lateUsage(
            of: query.filter.application, in: query.caller.consortium, from: query.filter.from,
            until: query.filter.until, knownAt: size, after: place, limit: limit + 1)
        var response = ListLateUsageResponse()
        response.asOf = UsageQuery.asOf(size)
        response.entries = rows.prefix(limit).map { LateUsageEntry($0, of: query.parent) }
        if rows.count > limit, let last = rows.prefix(limit).last {
            response.nextPageToken = token.text([
                String(last.position), last.metricCode, last.partyCode, last.day.description,
            ])
        }
        return response
    }

    /// The question after the caller's own totals, which only a party itself makes a statement of.
    private func ownQuery(_ parent: String, _ period: API.DateRange?, _ call: ServerCall) async throws -> UsageQuery {
        let principal = try await backend.authorise(call, as: [.municipality])
        return try await UsageQuery(
            parent: parent, period: period, party: "parties/" + principal.partyCode, metric: "", asOf: nil,
            backend: backend
        ) { try await backend.participant(call, in: $0, as: [.municipality]) }
    }

    /// Records a statement of the caller under the register's lock, so that it speaks of the totals at its position.
    private func state(
        _ query: UsageQuery, _ session: Session, _ stamp: RequestStamp, seenAt size: Int64,
        _ say: (inout UsageStatement) -> Void
    ) async throws -> UsageStatement {
        let caller = query.caller
        let head = try await session.head(of: caller.consortium)
        let totals = try await session.usageRollups(query.filter)?.rows ?? []
        if size > 0 {
            guard size <= head.nextPosition else {
                throw Failure.invalid(
                    "register_size", "must not exceed \(head.nextPosition), the size of the register",
                    reason: .unknownPosition)
            }
            var seen = query.filter
            seen.size = size
            let known = try await session.usageRollups(seen)?.rows
            guard known == totals else {
                throw Failure(.conflict, "your totals may have changed since register size \(size); read them again")
            }
        }
        let statements = UsageStatements(application: query.parent, filter: query.filter)
        var statement = statements.statement(of: caller.principal.partyCode)
        statement.totals = totals.map(statements.total)
        say(&statement)
        statement.registerPosition = head.nextPosition
        try await session.record(
            totals: UsageStatements.digest(totals), content: statement.serializedBytes(), filter: query.filter,
            recordedFrom: head.nextPosition)
        try head.append(
            statement.verdict == .confirmed ? .usageConfirmed(statement) : .usageDisputed(statement), to: caller.name,
            by: caller.principal, for: stamp)
        return statement
    }
}

extension LateUsageEntry {
    fileprivate init(_ row: UsageLateRow, of application: String) {
        self.init()
        party = "parties/" + row.partyCode
        metric = "\(application)/metrics/\(row.metricCode)"
        sourceID = row.sourceCode
        day = API.CivilDate(row.day)
        bookedOn = API.CivilDate(row.bookedOn)
        recordCount = row.recordCount
        quantity = row.quantity
        registerPosition = row.position
    }
}
