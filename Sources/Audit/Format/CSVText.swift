/// Records of comma-separated values (RFC 4180): a field with a comma, a quote or a line break stands in quotes, and
/// quotes in it are doubled.
enum CSVText {
    static let lineEnd: [UInt8] = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")

    static func appendRecord(_ fields: [String], to bytes: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(comma) }
            append(field, to: &bytes)
        }
        bytes.append(contentsOf: lineEnd)
    }

    private static func append(_ field: String, to bytes: inout [UInt8]) {
        var field = field
        field.withUTF8 { append($0, separator: comma, to: &bytes) }
    }

    /// A field between separators.
    static func append(_ field: UnsafeBufferPointer<UInt8>, separator: UInt8, to bytes: inout [UInt8]) {
        let special = field.contains { $0 == separator || $0 == quote || $0 == lineEnd[0] || $0 == lineEnd[1] }
        guard special else {
            bytes.append(contentsOf: field)
            return
        }
        bytes.append(quote)
        for byte in field {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }

    /// A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection).
    static func appendInert(_ field: UnsafeBufferPointer<UInt8>, separator: UInt8, to bytes: inout [UInt8]) {
        guard let first = field.first, formulaStarts.contains(first) else {
            append(field, separator: separator, to: &bytes)
            return
        }
        ([UInt8(ascii: "'")] + Array(field)).withUnsafeBufferPointer {
            append($0, separator: separator, to: &bytes)
        }
    }

    private static let formulaStarts = Set("=+-@\t\r".utf8)
}
