internal import Register

/// What an export holds: the question, the checkpoint it is answered at, rows, sums and digests. Written in one way
/// only, so that the same export has the same manifest to the byte.
public struct TableManifest: Sendable, Equatable {
    /// A total over a column.
    public struct Sum: Sendable, Equatable {
        public let column: String
        /// What is counted: a currency, or `application/metric`.
        public let unit: String
        public var units: Int128
        public let scale: Int
        public var rows: Int

        public init(column: String, unit: String, scale: Int) {
            self.column = column
            self.unit = unit
            self.scale = scale
            units = 0
            rows = 0
        }
    }

    /// A file: the export itself and, when that is compressed, what it holds.
    public struct File: Sendable, Equatable {
        public let name: String
        public let bytes: Int64
        public let sha256: [UInt8]

        public init(name: String, bytes: Int64, sha256: [UInt8]) {
            self.name = name
            self.bytes = bytes
            self.sha256 = sha256
        }
    }

    /// Version of this format.
    public static let identifier = "allmende-export/1"

    public let table: ExportTable
    public let format: TableFormat
    public let register: String
    /// The signed checkpoint.
    public let checkpoint: String
    /// Number of entries it covers.
    public let size: Int64
    /// Name and value of each condition that was set, in ascending order of the names.
    public let filter: [(name: String, value: String)]
    public let rows: Int
    public let files: [File]
    /// In ascending order of column and unit.
    public let sums: [Sum]

    public init(
        table: ExportTable, format: TableFormat, register: String, checkpoint: String, size: Int64,
        filter: [(name: String, value: String)], rows: Int, files: [File], sums: [Sum]
    ) {
        self.table = table
        self.format = format
        self.register = register
        self.checkpoint = checkpoint
        self.size = size
        self.filter = filter.sorted { $0.name < $1.name }
        self.rows = rows
        self.files = files
        self.sums = sums.sorted { ByteOrder.precedes([$0.column, $0.unit], [$1.column, $1.unit]) }
    }

    public static func == (left: TableManifest, right: TableManifest) -> Bool { left.text == right.text }

    /// JSON: members of objects in ascending order, one item of a list a line, a newline at the end.
    public var text: String {
        let columns = table.columns.map { column in
            "{\"name\": \(JSONText.string(column.name)), \"type\": \(JSONText.string(column.kind.rawValue))}"
        }
        let files = files.map { file in
            let digest = Hash(file.sha256)?.hex ?? ""
            return "{\"bytes\": \(file.bytes), \"name\": \(JSONText.string(file.name)), "
                + "\"sha256\": \(JSONText.string(digest))}"
        }
        let sums = sums.map { sum in
            "{\"column\": \(JSONText.string(sum.column)), \"rows\": \(sum.rows), "
                + "\"total\": \(JSONText.string(FixedPoint.text(sum.units, scale: sum.scale))), "
                + "\"unit\": \(JSONText.string(sum.unit))}"
        }
        let filter = filter.map { "\(JSONText.string($0.name)): \(JSONText.string($0.value))" }
        let lines =
            ["{", "  \"checkpoint\": \(JSONText.string(checkpoint)),"]
            + TableManifest.list("columns", columns)
            + ["  \"encoding\": \(JSONText.string(format.identifier)),"]
            + TableManifest.list("files", files)
            + ["  \"filter\": {\(filter.joined(separator: ", "))},"]
            + [
                "  \"format\": \(JSONText.string(TableManifest.identifier)),",
                "  \"register\": \(JSONText.string(register)),",
                "  \"rows\": \(rows),",
                "  \"size\": \(size),",
            ]
            + TableManifest.list("sums", sums)
            + ["  \"table\": \(JSONText.string(table.name))", "}"]
        return lines.map { $0 + "\n" }.joined()
    }

    private static func list(_ name: String, _ items: [String]) -> [String] {
        let lines = items.enumerated().map { "    \($0.element)" + ($0.offset < items.count - 1 ? "," : "") }
        return ["  \"\(name)\": ["] + lines + ["  ],"]
    }
}
