/// Key figures as CSV with the columns party, kind, reference_date, value, status, source, and perhaps published.
public struct KeyFigureCSV: Sendable {
    private static let required = ["party", "kind", "reference_date", "value", "status", "source"]
    private static let optional = ["published"]
    /// One row per municipality, kind and a few years.
    public static let maximumRows = 200_000

    /// The rows that can be taken, with their lines.
    public private(set) var rows: [(line: Int, value: KeyFigureValue)] = []
    public private(set) var rejected: [KeyFigureImport.Rejection] = []

    /// Throws only for what spoils the whole file: no heading, unknown or missing columns, broken quotes, too many
    /// rows. A bad row is rejected by itself.
    public init(_ bytes: [UInt8], field: String = "file") throws(Failure) {
        let table = try CSVRows.read(bytes, field: field)
        let columns = try CSVColumns(table.first, required: Self.required, optional: Self.optional, field: field)
        guard table.count <= Self.maximumRows else {
            throw .invalid(field, "must have at most \(Self.maximumRows) rows, not \(table.count)")
        }
        for row in table.dropFirst() {
            do throws(Failure) {
                rows.append((row.line, try Self.value(try columns.reader(of: row))))
            } catch {
                rejected.append(KeyFigureImport.Rejection(line: row.line, failure: error))
            }
        }
    }

    private static func value(_ text: (String) -> String) throws(Failure) -> KeyFigureValue {
        var checks = FieldChecks()
        let party = checks.value(PartyCode.self, text("party"), field: "party")
        let day = checks.value(CivilDate.self, text("reference_date"), field: "reference_date")
        let quantity = checks.value(Quantity.self, text("value"), field: "value")
        let published = checks.optional(CivilDate.self, text("published"), field: "published")
        let kind = KeyFigureKind(rawValue: text("kind"))
        let status = KeyFigureValue.Status(rawValue: text("status"))
        if kind == nil {
            checks.invalid("kind", "must be one of " + KeyFigureKind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        if status == nil {
            checks.invalid(
                "status", "must be one of " + KeyFigureValue.Status.allCases.map(\.rawValue).joined(separator: ", "))
        }
        try checks.finish()
        guard let party, let day, let quantity, let kind, let status else { throw .missing("row") }
        return try KeyFigureValue(
            party: party, reference: KeyFigureReference(kind: kind, day: day), quantity: quantity, status: status,
            source: text("source"), published: published, field: "row")
    }
}
