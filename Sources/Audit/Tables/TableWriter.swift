public import Domain

/// Writes the rows of a table in one format, cell by cell in the order of the columns.
///
/// The hot path of exports: a row allocates nothing but its share of the output.
public struct TableWriter {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    public let table: ExportTable
    public let format: TableFormat
    /// Rows so far.
    public private(set) var rowCount = 0

    private var output: [UInt8] = []
    /// The row at hand of a format that puts its length in front.
    private var message: [UInt8] = []
    private var column = 0
    /// What stands before each cell: the comma and, for NDJSON, the column's name.
    private let lead: [[UInt8]]
    private let separator: UInt8

    public init(_ table: ExportTable, as format: TableFormat) {
        self.table = table
        self.format = format
        separator = format == .germanCSV ? UInt8(ascii: ";") : UInt8(ascii: ",")
        lead = table.columns.enumerated().map { index, column in
            switch format {
            case .csv, .germanCSV: index == 0 ? [] : [format == .germanCSV ? UInt8(ascii: ";") : UInt8(ascii: ",")]
            case .ndjson: Array(((index == 0 ? "{" : ",") + "\"\(column.name)\":").utf8)
            case .protobuf: []
            }
        }
        if format == .germanCSV { output += TableWriter.byteOrderMark }
        if format == .csv || format == .germanCSV {
            output += Array(table.columns.map(\.name).joined(separator: format == .csv ? "," : ";").utf8)
            output += CSVText.lineEnd
        }
    }

    /// Bytes that wait to be taken.
    public var pendingCount: Int { output.count }

    /// Takes the bytes so far.
    public mutating func take() -> [UInt8] {
        var taken: [UInt8] = []
        taken.reserveCapacity(output.count)
        swap(&taken, &output)
        return taken
    }

    // MARK: - Cells

    public mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { self.text($0) }
    }

    public mutating func text(_ text: [UInt8]) { text.withUnsafeBufferPointer { self.text($0) } }

    public mutating func text(_ text: UnsafeBufferPointer<UInt8>) {
        begin()
        switch format {
        case .csv: CSVText.append(text, separator: separator, to: &output)
        case .germanCSV: CSVText.appendInert(text, separator: separator, to: &output)
        case .ndjson: JSONText.append(text, to: &output)
        case .protobuf: field(text)
        }
    }

    /// No value, in a column that may have none.
    public mutating func empty() {
        begin()
        if format == .ndjson { output += [UInt8(ascii: "n"), UInt8(ascii: "u"), UInt8(ascii: "l"), UInt8(ascii: "l")] }
    }

    public mutating func integer(_ value: Int64) {
        begin()
        guard format == .protobuf else {
            DecimalBytes.append(value, scale: 0, point: 0, to: &output)
            return
        }
        if value == 0, !table.columns[column - 1].isOptional { return }
        Varint.append(column << 3, to: &message)
        Varint.append(Int(value), to: &message)
    }

    /// A decimal number in units of 10^-scale.
    public mutating func decimal(_ units: Int64, scale: Int) {
        begin()
        switch format {
        case .csv: DecimalBytes.append(units, scale: scale, point: UInt8(ascii: "."), to: &output)
        case .germanCSV: DecimalBytes.append(units, scale: scale, point: UInt8(ascii: ","), to: &output)
        case .ndjson:
            output.append(UInt8(ascii: "\""))
            DecimalBytes.append(units, scale: scale, point: UInt8(ascii: "."), to: &output)
            output.append(UInt8(ascii: "\""))
        case .protobuf:
            var text: [UInt8] = []
            DecimalBytes.append(units, scale: scale, point: UInt8(ascii: "."), to: &text)
            text.withUnsafeBufferPointer { field($0) }
        }
    }

    public mutating func day(_ day: CivilDate) {
        begin()
        if format == .germanCSV {
            appendGerman(day)
        } else {
            plain { day.append(to: &$0) }
        }
    }

    public mutating func instant(_ instant: Instant) {
        begin()
        if format == .germanCSV {
            appendGerman(instant.dateInUTC)
            output.append(UInt8(ascii: " "))
            var text: [UInt8] = []
            instant.append(to: &text)
            output += text[11..<19]
        } else {
            plain { instant.append(to: &$0) }
        }
    }

    /// Bytes as hexadecimal digits.
    public mutating func bytes(_ bytes: [UInt8]) {
        begin()
        plain { output in
            for byte in bytes {
                output.append(HexTable.digit(byte >> 4))
                output.append(HexTable.digit(byte & 15))
            }
        }
    }

    public mutating func endRow() {
        precondition(column == table.columns.count, "a row of \(table.name) has \(column) cells")
        switch format {
        case .csv, .germanCSV: output += CSVText.lineEnd
        case .ndjson: output += [UInt8(ascii: "}"), UInt8(ascii: "\n")]
        case .protobuf:
            Varint.append(message.count, to: &output)
            output += message
            message.removeAll(keepingCapacity: true)
        }
        column = 0
        rowCount += 1
    }

    // MARK: - Parts

    private mutating func begin() {
        output += lead[column]
        column += 1
    }

    /// Text of digits and letters, which no format has to escape.
    private mutating func plain(_ write: (inout [UInt8]) -> Void) {
        switch format {
        case .csv, .germanCSV: write(&output)
        case .ndjson:
            output.append(UInt8(ascii: "\""))
            write(&output)
            output.append(UInt8(ascii: "\""))
        case .protobuf:
            var text: [UInt8] = []
            write(&text)
            text.withUnsafeBufferPointer { field($0) }
        }
    }

    /// A string field; an empty one is left out, as it is the default.
    private mutating func field(_ text: UnsafeBufferPointer<UInt8>) {
        if text.isEmpty { return }
        Varint.append(column << 3 | 2, to: &message)
        Varint.append(text.count, to: &message)
        message.append(contentsOf: text)
    }

    /// `31.12.2012`
    private mutating func appendGerman(_ day: CivilDate) {
        var text: [UInt8] = []
        day.append(to: &text)
        let point = UInt8(ascii: ".")
        output += text[8..<10]
        output.append(point)
        output += text[5..<7]
        output.append(point)
        output += text[0..<4]
    }
}

/// Decimal numbers as bytes, without a string between.
enum DecimalBytes {
    static func append(_ units: Int64, scale: Int, point: UInt8, to bytes: inout [UInt8]) {
        if units < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = units.magnitude
        let start = bytes.count
        var digits = 0
        // The digits from the last to the first, then turned round.
        repeat {
            if digits == scale && scale > 0 { bytes.append(point) }
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
            digits += 1
        } while rest > 0 || digits <= scale
        bytes[start...].reverse()
    }
}
