/// A kind of table that can be exported: its name with its version, and its columns (docs/formats/exports.md).
///
/// The n-th column is field n of the table's message in `allmende/v1/export_rows.proto`.
public struct ExportTable: Sendable, Hashable {
    /// What stands in a column.
    public enum Kind: String, Sendable {
        /// Text in UTF-8.
        case text
        /// A whole number of 64 bits.
        case integer
        /// A decimal number with a fixed number of decimals, never a floating-point one.
        case decimal
        /// A day of the calendar.
        case date
        /// A moment in UTC.
        case instant
        /// Bytes, in lower-case hexadecimal digits.
        case bytes
    }

    /// A column.
    public struct Column: Sendable, Hashable {
        public let name: String
        public let kind: Kind
        /// Whether it may have no value.
        public let isOptional: Bool

        init(_ name: String, _ kind: Kind, optional: Bool = false) {
            self.name = name
            self.kind = kind
            isOptional = optional
        }
    }

    /// Name and version, for example `usage/1`: another set, order or meaning of columns is another version.
    public let name: String
    public let columns: [Column]

    /// Usage as it was recorded, in the order of the register.
    public static let usage = ExportTable(
        name: "usage/1",
        columns: [
            Column("application", .text), Column("party", .text), Column("metric", .text), Column("source", .text),
            Column("interval_start", .instant), Column("interval_end", .instant), Column("quantity", .decimal),
            Column("replaced_quantity", .decimal, optional: true), Column("register_position", .integer),
            Column("row_index", .integer),
        ])

    /// Revisions of agreements, a row per component or step of a pool.
    public static let agreements = ExportTable(
        name: "agreements/1",
        columns: [
            Column("agreement", .text), Column("revision", .integer), Column("state", .text),
            Column("valid_from", .date), Column("valid_until", .date, optional: true), Column("vat_treatment", .text),
            Column("legal_basis", .text), Column("document_sha256", .bytes, optional: true), Column("pool", .text),
            Column("part", .text), Column("rule", .text), Column("register_position", .integer),
        ])

    /// Shares of ownership.
    public static let ownership = ExportTable(
        name: "ownership/1",
        columns: [
            Column("application", .text), Column("party", .text), Column("share", .text), Column("valid_from", .date),
            Column("valid_until", .date, optional: true), Column("register_position", .integer),
        ])

    /// Votes, those that were replaced by a later one of the same party included.
    public static let votes = ExportTable(
        name: "votes/1",
        columns: [
            Column("decision", .text), Column("party", .text), Column("ballot", .text), Column("weight", .integer),
            Column("register_position", .integer), Column("replaced_at", .integer, optional: true),
        ])

    /// Expenses and revenues.
    public static let costs = ExportTable(
        name: "costs/1",
        columns: [
            Column("cost_item", .text), Column("pool", .text), Column("kind", .text), Column("net", .decimal),
            Column("vat", .decimal), Column("currency", .text), Column("deductible_share", .text),
            Column("period_start", .date), Column("period_end", .date), Column("document_number", .text),
            Column("document_sha256", .bytes, optional: true), Column("supplier_sha256", .bytes, optional: true),
            Column("register_position", .integer), Column("reversed_at", .integer, optional: true),
        ])

    /// Lines of settlements, a row per component.
    public static let settlements = ExportTable(
        name: "settlements/1",
        columns: [
            Column("settlement", .text), Column("period_start", .date), Column("period_end", .date),
            Column("agreement_revision", .text), Column("pool", .text), Column("party", .text),
            Column("amount", .decimal), Column("currency", .text), Column("key", .text), Column("weight", .text),
            Column("ratio", .text), Column("unit", .text), Column("quantity", .decimal, optional: true),
            Column("source", .text), Column("register_position", .integer),
        ])

    /// Entries of the register.
    public static let entries = ExportTable(
        name: "entries/1",
        columns: [
            Column("position", .integer), Column("recorded_at", .instant), Column("party", .text),
            Column("role", .text), Column("credential_sha256", .bytes), Column("request_id", .text),
            Column("change", .text), Column("leaf_hash", .bytes), Column("entry", .bytes),
        ])

    /// All of them.
    public static let all = [usage, agreements, ownership, votes, costs, settlements, entries]
}
