public import Domain
internal import Postgres

/// A row of `period`.
public struct PeriodRow: Sendable, Equatable {
    public var code: String
    /// Number of the API's PeriodKind.
    public var kind: Int16
    public var start: CivilDate
    public var end: CivilDate
    /// Number of the API's PeriodState.
    public var state: Int16
    /// Size of the register when it was closed last.
    public var closedSize: Int64?
    /// Position of the entry that last changed it.
    public var position: Int64

    public init(
        code: String, kind: Int16, start: CivilDate, end: CivilDate, state: Int16, closedSize: Int64?, position: Int64
    ) {
        self.code = code
        self.kind = kind
        self.start = start
        self.end = end
        self.state = state
        self.closedSize = closedSize
        self.position = position
    }

    init(_ row: inout Row) throws {
        code = try row.next(String.self)
        kind = try row.next(Int16.self)
        start = try row.next(CivilDate.self)
        end = try row.next(CivilDate.self)
        state = try row.next(Int16.self)
        closedSize = try row.next(Int64?.self)
        position = try row.next(Int64.self)
    }
}

extension VersionedTable {
    /// A change of state closes the row and adds the next.
    static let period = VersionedTable(
        "period", columns: "consortium_id, period_code, kind, valid_from, valid_until, state, closed_size")
}

extension Reader {
    /// The periods of a consortium as they stood when its register had `size` entries, in the order of their days; as
    /// they stand now without a size; those that begin after a day, if one is given.
    public func periods(
        in consortium: Int32, knownAt size: Int64 = .max, after last: CivilDate? = nil, limit: Int = .max
    ) async throws -> [PeriodRow] {
        let behind: SQL = last.map { "v.valid_from > \($0)" } ?? "true"
        let rows = try await query(
            """
            SELECT period_code, kind, valid_from, valid_until, state, closed_size, recorded_from FROM period v
            WHERE v.consortium_id = \(consortium) AND \(Versions.known(at: size)) AND \(behind)
            ORDER BY valid_from LIMIT \(limit)
            """)
        return try rows.map { row in try PeriodRow(&row) }
    }

    /// One period as it stood when the register had `size` entries; as it stands now without a size.
    public func period(
        _ code: String, in consortium: Int32, knownAt size: Int64 = .max, name: String
    ) async throws -> PeriodRow {
        let rows = try await query(
            """
            SELECT period_code, kind, valid_from, valid_until, state, closed_size, recorded_from FROM period v
            WHERE v.consortium_id = \(consortium) AND v.period_code = \(code) AND \(Versions.known(at: size))
            """)
        return try rows.one("period", name) { row in try PeriodRow(&row) }
    }
}

extension Session {
    /// Records a period or its next state at its position; the row before it is closed.
    public func record(_ period: PeriodRow, in consortium: Int32) async throws {
        _ = try await run(
            VersionedTable.period.replace(
                where: "v.consortium_id = \(consortium) AND v.period_code = \(period.code)",
                with: """
                    \(consortium), \(period.code), \(period.kind), \(period.start), \(period.end), \(period.state),
                    \(nullable: period.closedSize)
                    """,
                at: period.position))
    }

    /// Adds a period. Throws ALREADY_EXISTS for a code that is taken.
    public func insert(_ period: PeriodRow, in consortium: Int32) async throws {
        let taken = try await query(
            """
            SELECT 1 FROM period v
            WHERE v.consortium_id = \(consortium) AND v.period_code = \(period.code) AND \(Versions.current)
            """)
        guard taken.count == 0 else {
            throw Failure.invalid("period_id", "is taken in this consortium", reason: .alreadyExists)
        }
        try await record(period, in: consortium)
    }
}
