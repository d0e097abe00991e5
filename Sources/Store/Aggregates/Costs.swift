public import Domain
internal import Postgres

/// A row of `cost_item`.
public struct CostItemRow: Sendable, Equatable {
    public var code: String
    /// Number of the API's CostPool.
    public var pool: Int16
    /// Number of the API's CostKind.
    public var kind: Int16
    /// Minor units of the consortium's currency.
    public var net: Int64
    /// Minor units of the consortium's currency.
    public var vat: Int64
    public var deductibleShare: Fraction
    public var periodStart: CivilDate
    public var periodEnd: CivilDate
    public var documentNumber: String
    /// SHA-256 of the document, or empty.
    public var documentDigest: [UInt8]

    public init(
        code: String, pool: Int16, kind: Int16, net: Int64, vat: Int64, deductibleShare: Fraction,
        periodStart: CivilDate, periodEnd: CivilDate, documentNumber: String, documentDigest: [UInt8]
    ) {
        self.code = code
        self.pool = pool
        self.kind = kind
        self.net = net
        self.vat = vat
        self.deductibleShare = deductibleShare
        self.periodStart = periodStart
        self.periodEnd = periodEnd
        self.documentNumber = documentNumber
        self.documentDigest = documentDigest
    }

    init(_ row: inout Row) throws {
        code = try row.next(String.self)
        pool = try row.next(Int16.self)
        kind = try row.next(Int16.self)
        net = try row.next(Int64.self)
        vat = try row.next(Int64.self)
        let numerator = try row.next(Int64.self)
        let denominator = try row.next(Int64.self)
        deductibleShare = try Fraction(numerator, denominator, field: "deductible_share")
        periodStart = try row.next(CivilDate.self)
        periodEnd = try row.next(CivilDate.self)
        documentNumber = try row.next(String.self)
        documentDigest = try row.next([UInt8].self)
    }
}

extension Reader {
    /// Items whose service period begins in [from, until), as known when the register had `size` entries.
    public func costItems(
        in consortium: Int32, from: CivilDate, until: CivilDate, knownAt size: Int64
    ) async throws -> [CostItemRow] {
        let rows = try await query(
            """
            SELECT cost_item_code, pool, kind, net_minor, vat_minor, deductible_numerator, deductible_denominator,
                period_start, period_end, document_number, document_sha256
            FROM cost_item
            WHERE consortium_id = \(consortium) AND period_start >= \(from) AND period_start < \(until)
                AND recorded_from < \(size)
            ORDER BY cost_item_code
            """)
        return try rows.map { row in try CostItemRow(&row) }
    }
}

extension Session {
    /// Books an item.
    public func insert(_ item: CostItemRow, in consortium: Int32, recordedFrom: Int64) async throws {
        _ = try await query(
            """
            INSERT INTO cost_item
                (consortium_id, cost_item_code, pool, kind, net_minor, vat_minor, deductible_numerator,
                deductible_denominator, period_start, period_end, document_number, document_sha256, recorded_from)
            VALUES (\(consortium), \(item.code), \(item.pool), \(item.kind), \(item.net), \(item.vat),
                \(item.deductibleShare.numerator), \(item.deductibleShare.denominator), \(item.periodStart),
                \(item.periodEnd), \(item.documentNumber), \(item.documentDigest), \(recordedFrom))
            """)
    }
}
