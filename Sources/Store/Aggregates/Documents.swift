public import Domain
internal import Postgres

/// A row of `document` with its items.
public struct DocumentRow: Sendable, Equatable {
    public var number: String
    public var settlement: String
    /// The recipient.
    public var partyID: Int32
    /// Whom it charges: the recipient, or the party in whose place it has come.
    public var chargedID: Int32
    /// Number of the API's DocumentKind.
    public var kind: Int16
    public var issuedOn: CivilDate
    /// The document, canonically serialised.
    public var content: [UInt8]
    public var items: [DocumentItemRow]

    public init(
        number: String, settlement: String, partyID: Int32, chargedID: Int32, kind: Int16, issuedOn: CivilDate,
        content: [UInt8], items: [DocumentItemRow]
    ) {
        self.number = number
        self.settlement = settlement
        self.partyID = partyID
        self.chargedID = chargedID
        self.kind = kind
        self.issuedOn = issuedOn
        self.content = content
        self.items = items
    }
}

/// What a document asks for, or gives back, for one pool of one period.
public struct DocumentItemRow: Sendable, Equatable {
    /// Number of the API's CostPool.
    public var pool: Int16
    /// Number of the API's VatTreatment.
    public var vatTreatment: Int16
    public var start: CivilDate
    public var end: CivilDate
    /// Net, in minor units.
    public var amount: Int64

    public init(pool: Int16, vatTreatment: Int16, start: CivilDate, end: CivilDate, amount: Int64) {
        self.pool = pool
        self.vatTreatment = vatTreatment
        self.start = start
        self.end = end
        self.amount = amount
    }
}

/// What all documents together asked of a party for one item.
public struct IssuedItemRow: Sendable, Equatable {
    public var partyCode: String
    public var partyID: Int32
    /// Its amount is the sum.
    public var item: DocumentItemRow
    /// Their numbers in ascending order.
    public var documents: [String]
}

extension Reader {
    /// What was issued for periods with a day in [start, end), as known when the register had `size` entries.
    public func issuedItems(
        in consortium: Int32, overlapping start: CivilDate, _ end: CivilDate, knownAt size: Int64
    ) async throws -> [IssuedItemRow] {
        let rows = try await query(
            """
            SELECT p.party_code, p.party_id, i.pool, i.vat_treatment, i.period_start, i.period_end,
                sum(i.amount_minor)::bigint, array_agg(i.document_number ORDER BY i.document_number)
            FROM document_item i JOIN party p USING (party_id)
            WHERE i.consortium_id = \(consortium) AND i.period_start < \(end) AND i.period_end > \(start)
                AND (SELECT d.recorded_from FROM document d
                    WHERE d.consortium_id = i.consortium_id AND d.document_number = i.document_number) < \(size)
            GROUP BY p.party_code, p.party_id, i.pool, i.vat_treatment, i.period_start, i.period_end
            ORDER BY p.party_code, i.period_start, i.period_end, i.pool, i.vat_treatment
            """)
        return try rows.map { row in
            IssuedItemRow(
                partyCode: try row.next(String.self), partyID: try row.next(Int32.self),
                item: DocumentItemRow(
                    pool: try row.next(Int16.self), vatTreatment: try row.next(Int16.self),
                    start: try row.next(CivilDate.self), end: try row.next(CivilDate.self),
                    amount: try row.next(Int64.self)),
                documents: try row.next([String].self))
        }
    }

    /// The documents to a party, serialised, in ascending order of their numbers, as known when the register had `size`
    /// entries.
    public func documents(to party: Int32, in consortium: Int32, knownAt size: Int64) async throws -> [[UInt8]] {
        let rows = try await query(
            """
            SELECT content FROM document
            WHERE consortium_id = \(consortium) AND party_id = \(party) AND recorded_from < \(size)
            ORDER BY document_number
            """)
        return try rows.map { row in try row.next([UInt8].self) }
    }

    /// One document, serialised; one of another party does not exist for a party.
    public func document(_ number: String, in consortium: Int32, name: String) async throws -> [UInt8] {
        let rows = try await query(
            "SELECT content FROM document WHERE consortium_id = \(consortium) AND document_number = \(number)")
        return try rows.one("document", name) { row in try row.next([UInt8].self) }
    }

    /// At most `limit` documents with numbers after `number` that the caller may see, serialised; those of one
    /// settlement, or of all.
    public func documents(
        in consortium: Int32, of settlement: String?, after number: String, limit: Int
    ) async throws -> [(number: String, content: [UInt8])] {
        var condition: SQL = "consortium_id = \(consortium) AND document_number > \(number)"
        if let settlement { condition = "\(condition) AND settlement_code = \(settlement)" }
        let rows = try await query(
            """
            SELECT document_number, content FROM document
            WHERE \(condition) ORDER BY document_number LIMIT \(Int64(limit))
            """)
        return try rows.map { row in (try row.next(String.self), try row.next([UInt8].self)) }
    }
}

extension Session {
    /// Takes `count` numbers of a year and returns the first ordinal. The register's lock must be held.
    public func takeDocumentOrdinals(_ count: Int, year: Int, in consortium: Int32) async throws -> Int64 {
        let rows = try await query(
            """
            INSERT INTO document_counter (consortium_id, year, last_ordinal)
            VALUES (\(consortium), \(Int16(year)), \(Int64(count)))
            ON CONFLICT ON CONSTRAINT document_counter_pkey
                DO UPDATE SET last_ordinal = document_counter.last_ordinal + \(Int64(count))
            RETURNING last_ordinal
            """)
        return try rows.decode(Int64.self, row: 0, column: 0) - Int64(count) + 1
    }

    /// Stores issued documents with their items.
    public func insert(_ documents: [DocumentRow], in consortium: Int32, recordedFrom: Int64) async throws {
        let items = documents.flatMap { document in document.items.map { (document, $0) } }
        _ = try await run([
            """
            INSERT INTO document (consortium_id, document_number, settlement_code, party_id, kind, issued_on, content,
                recorded_from)
            SELECT \(consortium), d.number, d.settlement, d.party_id, d.kind, d.issued_on, d.content, \(recordedFrom)
            FROM unnest(\(documents.map(\.number)), \(documents.map(\.settlement)), \(documents.map(\.partyID)),
                \(documents.map(\.kind)), \(documents.map { $0.issuedOn.description })::date[],
                \(documents.map(\.content))) AS d (number, settlement, party_id, kind, issued_on, content)
            """,
            """
            INSERT INTO document_item (consortium_id, document_number, party_id, pool, vat_treatment, period_start,
                period_end, amount_minor)
            SELECT \(consortium), i.number, i.party_id, i.pool, i.vat_treatment, i.period_start, i.period_end, i.amount
            FROM unnest(\(items.map(\.0.number)), \(items.map(\.0.chargedID)), \(items.map(\.1.pool)),
                \(items.map(\.1.vatTreatment)), \(items.map { $0.1.start.description })::date[],
                \(items.map { $0.1.end.description })::date[], \(items.map(\.1.amount)))
                AS i (number, party_id, pool, vat_treatment, period_start, period_end, amount)
            """,
        ])
    }
}
