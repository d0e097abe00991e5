public import Domain
internal import Postgres
public import Register

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
    /// Who rendered the service; nil where nobody was named, and where it was erased.
    public var supplier: SaltedText?
    /// Digest of the supplier; empty where nobody was named.
    public var supplierDigest: [UInt8]
    /// Whether it was taken back, as far as known.
    public var isReversed = false

    public init(
        code: String, pool: Int16, kind: Int16, net: Int64, vat: Int64, deductibleShare: Fraction,
        periodStart: CivilDate, periodEnd: CivilDate, documentNumber: String, documentDigest: [UInt8],
        supplier: SaltedText?
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
        self.supplier = supplier
        supplierDigest = supplier?.digest ?? []
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
        let supplier = try row.next(String?.self)
        let salt = try row.next([UInt8]?.self)
        if let supplier, let salt { self.supplier = SaltedText(supplier, salt: salt) }
        supplierDigest = try row.next([UInt8].self)
        isReversed = try row.next(Bool.self)
    }

    /// Columns of `cost_item`, as known when the register had `size` entries.
    static func columns(knownAt size: Int64) -> SQL {
        """
        cost_item_code, pool, kind, net_minor, vat_minor, deductible_numerator, deductible_denominator, period_start,
            period_end, document_number, document_sha256, supplier, supplier_salt, supplier_sha256,
            reversed_at IS NOT NULL AND reversed_at < \(size)
        """
    }
}

extension Reader {
    /// Items whose service period begins in [from, until), as known when the register had `size` entries; those that
    /// were reversed only where they are asked for.
    public func costItems(
        in consortium: Int32, from: CivilDate, until: CivilDate, knownAt size: Int64, showsReversed: Bool = false,
        after last: String = "", limit: Int = .max
    ) async throws -> [CostItemRow] {
        let rows = try await query(
            """
            SELECT \(CostItemRow.columns(knownAt: size)) FROM cost_item
            WHERE consortium_id = \(consortium) AND period_start >= \(from) AND period_start < \(until)
                AND recorded_from < \(size) AND (\(showsReversed) OR reversed_at IS NULL OR reversed_at >= \(size))
                AND cost_item_code > \(last)
            ORDER BY cost_item_code LIMIT \(limit)
            """)
        return try rows.map { row in try CostItemRow(&row) }
    }

    /// One item as it stands now.
    public func costItem(_ code: String, in consortium: Int32, name: String) async throws -> CostItemRow {
        let rows = try await query(
            """
            SELECT \(CostItemRow.columns(knownAt: .max)) FROM cost_item
            WHERE consortium_id = \(consortium) AND cost_item_code = \(code)
            """)
        return try rows.one("cost item", name) { row in try CostItemRow(&row) }
    }
}

extension Session {
    /// Books an item.
    public func insert(_ item: CostItemRow, in consortium: Int32, recordedFrom: Int64) async throws {
        _ = try await query(
            """
            INSERT INTO cost_item
                (consortium_id, cost_item_code, pool, kind, net_minor, vat_minor, deductible_numerator,
                deductible_denominator, period_start, period_end, document_number, document_sha256, supplier,
                supplier_salt, supplier_sha256, recorded_from)
            VALUES (\(consortium), \(item.code), \(item.pool), \(item.kind), \(item.net), \(item.vat),
                \(item.deductibleShare.numerator), \(item.deductibleShare.denominator), \(item.periodStart),
                \(item.periodEnd), \(item.documentNumber), \(item.documentDigest),
                \(nullable: item.supplier?.text), \(nullable: item.supplier?.salt), \(item.supplierDigest),
                \(recordedFrom))
            """)
    }

    /// Erases text and salt of an item's supplier.
    public func eraseSupplier(of code: String, in consortium: Int32) async throws {
        _ = try await query(
            """
            UPDATE cost_item SET supplier = NULL, supplier_salt = NULL
            WHERE consortium_id = \(consortium) AND cost_item_code = \(code)
            """)
    }

    /// Takes an item back from a position on.
    public func reverse(_ code: String, in consortium: Int32, at position: Int64) async throws {
        _ = try await query(
            """
            UPDATE cost_item SET reversed_at = \(position)
            WHERE consortium_id = \(consortium) AND cost_item_code = \(code) AND reversed_at IS NULL
            """)
    }
}
