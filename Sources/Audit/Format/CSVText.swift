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
        let special = field.utf8.contains { $0 == comma || $0 == quote || lineEnd.contains($0) }
        guard special else {
            bytes.append(contentsOf: field.utf8)
            return
        }
        bytes.append(quote)
        for byte in field.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }
}
