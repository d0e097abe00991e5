/// Reads one line of NDJSON, an object such as
///
///     {"party":"09473132","metric":"cases","interval_start":"2012-01-01","interval_end":"2012-01-02","quantity":17}
///
/// Values are texts or numbers. A number is taken as it is written, never as floating point.
enum UsageObject {
    typealias Bytes = UsageLineParser.Bytes
    typealias Mistake = UsageLineParser.Mistake

    /// Writes the values in the order of `UsageLineParser.Column.allCases`, with commas between them.
    static func writeFields(of line: Bytes, to output: inout [UInt8]) throws(Mistake) {
        var values: [UsageLineParser.Column: [UInt8]] = [:]
        var rest = line
        try expect("{", in: &rest)
        while true {
            let name = String(decoding: try text(&rest), as: UTF8.self)
            guard let column = UsageLineParser.Column(rawValue: name) else {
                throw Mistake(text: "there is no member \"\(name)\"")
            }
            guard values[column] == nil else { throw Mistake(text: "\(name) is there twice") }
            try expect(":", in: &rest)
            skipBlanks(&rest)
            values[column] = rest.first == UInt8(ascii: "\"") ? try text(&rest) : try number(&rest)
            skipBlanks(&rest)
            if rest.first == UInt8(ascii: ",") {
                rest.removeFirst()
            } else {
                break
            }
        }
        try expect("}", in: &rest)
        skipBlanks(&rest)
        guard rest.isEmpty else { throw Mistake(text: "something stands behind the object") }
        output.removeAll(keepingCapacity: true)
        for column in UsageLineParser.Column.allCases {
            guard let value = values[column] else { throw Mistake(text: "\(column.rawValue) is missing") }
            if !output.isEmpty { output.append(UInt8(ascii: ",")) }
            output.append(contentsOf: value)
        }
    }

    private static func skipBlanks(_ rest: inout Bytes) {
        while let byte = rest.first, byte == 0x20 || byte == 0x09 { rest.removeFirst() }
    }

    private static func expect(_ character: Unicode.Scalar, in rest: inout Bytes) throws(Mistake) {
        skipBlanks(&rest)
        guard rest.first == UInt8(ascii: character) else {
            throw Mistake(text: "the line is no JSON object: \"\(character)\" is missing")
        }
        rest.removeFirst()
    }

    /// A text without escapes: no id, instant or number has any.
    private static func text(_ rest: inout Bytes) throws(Mistake) -> [UInt8] {
        try expect("\"", in: &rest)
        guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else {
            throw Mistake(text: "the line is no JSON object: a text has no end")
        }
        let value = Array(rest[..<end])
        guard !value.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: ",") || $0 < 0x20 }) else {
            throw Mistake(text: "a text has a character that no value of usage has")
        }
        rest = rest[(end + 1)...]
        return value
    }

    private static func number(_ rest: inout Bytes) throws(Mistake) -> [UInt8] {
        let value = Array(rest.prefix { (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E })
        guard !value.isEmpty else { throw Mistake(text: "a value is neither a text nor a plain number") }
        rest = rest.dropFirst(value.count)
        return value
    }
}
