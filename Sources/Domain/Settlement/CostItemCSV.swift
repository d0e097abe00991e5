/// Cost items as CSV with the columns id, pool, kind, net, service_start, service_end, document_number, and perhaps
/// vat, deductible_share, supplier and document_sha256. Amounts are in one currency.
public struct CostItemCSV: Sendable {
    /// One expense or revenue as a file has it.
    public struct Item: Sendable, Hashable {
        public let id: ResourceID
        /// As the file says it; the reader of the file knows the names.
        public let pool: String
        public let kind: String
        public let net: Money
        public let vat: Money
        public let deductibleShare: Fraction
        public let service: DateRange
        public let documentNumber: String
        public let supplier: String
        public let document: Digest32?
    }

    /// A row that cannot be taken, with the reason.
    public struct Rejection: Sendable, Hashable {
        /// Counted from 1, the heading included.
        public let line: Int
        public let failure: Failure
    }

    private static let required = ["id", "pool", "kind", "net", "service_start", "service_end", "document_number"]
    private static let optional = ["vat", "deductible_share", "supplier", "document_sha256"]
    /// The documents of a large consortium over some years.
    public static let maximumRows = 100_000

    /// The rows that can be taken, with their lines.
    public private(set) var rows: [(line: Int, item: Item)] = []
    public private(set) var rejected: [Rejection] = []

    /// Throws only for what spoils the whole file: no heading, unknown or missing columns, broken quotes, too many
    /// rows. A bad row is rejected by itself, and so is an id that stood in an earlier row. `pools` and `kinds` are the
    /// names that the file may use.
    public init(
        _ bytes: [UInt8], currency: Currency, pools: [String], kinds: [String], field: String = "file"
    ) throws(Failure) {
        let table = try CSVRows.read(bytes, field: field)
        let columns = try CSVColumns(table.first, required: Self.required, optional: Self.optional, field: field)
        guard table.count <= Self.maximumRows else {
            throw .invalid(field, "must have at most \(Self.maximumRows) rows, not \(table.count)")
        }
        var seen: [ResourceID: Int] = [:]
        for row in table.dropFirst() {
            do throws(Failure) {
                let item = try Self.item(try columns.reader(of: row), currency, pools, kinds)
                if let first = seen.updateValue(row.line, forKey: item.id) {
                    throw .invalid("id", "stands in line \(first) already")
                }
                rows.append((row.line, item))
            } catch {
                rejected.append(Rejection(line: row.line, failure: error))
            }
        }
    }

    private static func item(
        _ text: (String) -> String, _ currency: Currency, _ pools: [String], _ kinds: [String]
    ) throws(Failure) -> Item {
        var checks = FieldChecks()
        let id = checks.value(ResourceID.self, text("id"), field: "id")
        checks.require(pools.contains(text("pool")), "pool", "must be one of \(pools.joined(separator: ", "))")
        checks.require(kinds.contains(text("kind")), "kind", "must be one of \(kinds.joined(separator: ", "))")
        func amount(_ column: String) -> Money? {
            let value = text(column).isEmpty && column == "vat" ? "0" : text(column)
            let amount = checks.check { () throws(Failure) in try Money(value, currency: currency, field: column) }
            checks.require((amount?.minorUnits ?? 0) >= 0, column, "must not be negative; revenue is a kind of its own")
            return amount
        }
        let (net, vat) = (amount("net"), amount("vat"))
        let shareText = text("deductible_share").isEmpty ? "0" : text("deductible_share")
        let share = checks.check { () throws(Failure) in try Fraction(shareText, field: "deductible_share") }
        checks.require(share?.isShare ?? true, "deductible_share", "must lie between 0 and 1")
        let start = checks.value(CivilDate.self, text("service_start"), field: "service_start")
        let end = checks.value(CivilDate.self, text("service_end"), field: "service_end")
        checks.text(text("document_number"), field: "document_number", length: 1...64)
        checks.text(text("supplier"), field: "supplier", length: 0...200)
        let document = checks.optional(Digest32.self, text("document_sha256"), field: "document_sha256")
        try checks.finish()
        guard let id, let net, let vat, let share, let start, let end else { throw .missing("row") }
        return Item(
            id: id, pool: text("pool"), kind: text("kind"), net: net, vat: vat, deductibleShare: share,
            service: try DateRange(start, end, field: "service"), documentNumber: text("document_number"),
            supplier: text("supplier"), document: document)
    }
}

/// The columns of a CSV file by name.
struct CSVColumns {
    private let columns: [String: Int]
    private let count: Int

    /// Throws MISSING_FIELD without a heading, INVALID_FIELD for columns that are unknown, missing or named twice.
    init(_ heading: CSVRows.Row?, required: [String], optional: [String], field: String) throws(Failure) {
        guard let heading else { throw .missing(field) }
        var columns: [String: Int] = [:]
        for (index, name) in heading.fields.enumerated() {
            guard required.contains(name) || optional.contains(name) else {
                throw .invalid("\(field).lines[1]", "names a column that does not exist: \"\(name.excerpt)\"")
            }
            guard columns.updateValue(index, forKey: name) == nil else {
                throw .invalid("\(field).lines[1]", "names the column \(name) twice")
            }
        }
        let missing = required.filter { columns[$0] == nil }
        guard missing.isEmpty else {
            throw .invalid("\(field).lines[1]", "must name the columns \(missing.joined(separator: ", ")) too")
        }
        self.columns = columns
        count = heading.fields.count
    }

    /// The fields of a row by column; empty for a column that the file does not have.
    func reader(of row: CSVRows.Row) throws(Failure) -> (String) -> String {
        guard row.fields.count == count else {
            throw .invalid("row", "must have \(count) fields, not \(row.fields.count)")
        }
        return { name in columns[name].map { row.fields[$0] } ?? "" }
    }
}
