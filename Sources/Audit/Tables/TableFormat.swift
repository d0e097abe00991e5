/// How a table is written (docs/formats/exports.md).
public enum TableFormat: String, Sendable, CaseIterable {
    /// RFC 4180, UTF-8 without byte order mark: for programs and auditors.
    case csv
    /// For German spreadsheets: semicolons, decimal commas, a byte order mark, texts that no formula can hide in.
    case germanCSV = "csv-de"
    /// One JSON object a line.
    case ndjson
    /// Messages of `allmende/v1/export_rows.proto`, each after its length.
    case protobuf

    /// Version of the form, for the manifest.
    public var identifier: String { rawValue + "/1" }

    /// What the name of a file ends in.
    public var fileExtension: String {
        switch self {
        case .csv, .germanCSV: "csv"
        case .ndjson: "ndjson"
        case .protobuf: "binpb"
        }
    }
}
