internal import Register

extension Manifest {
    /// One line of the text, and what a difference in it is about.
    struct Line {
        enum Subject: Hashable {
            case frame
            case file(String)
            case usageSum
            case settlementSum
        }

        let text: String
        let subject: Subject
    }

    /// The text line by line: members of objects in ascending order, two spaces per level.
    var lines: [Line] {
        func frame(_ text: String) -> Line { Line(text: text, subject: .frame) }
        return [frame("{"), frame("  \"completeness\": \(JSONText.string(BundleFormat.completeness)),")]
            + Self.array("  \"files\": [", files.map { (Self.text($0), .file($0.name)) }, "  ],")
            + [
                frame("  \"format\": \(JSONText.string(BundleFormat.identifier)),"),
                frame("  \"register\": \(JSONText.string(register)),"),
                frame("  \"root\": \(JSONText.string(root.hex)),"),
                frame("  \"size\": \(size),"),
                frame("  \"sums\": {"),
            ]
            + Self.array("    \"settlements\": [", settlements.map { (Self.text($0), .settlementSum) }, "    ],")
            + Self.array("    \"usage\": [", usage.map { (Self.text($0), .usageSum) }, "    ]")
            + [frame("  }"), frame("}")]
    }

    private static func array(_ begin: String, _ items: [(String, Line.Subject)], _ end: String) -> [Line] {
        let indentation = String(repeating: " ", count: begin.prefix { $0 == " " }.count + 2)
        let lines = items.enumerated().map { index, item in
            Line(text: indentation + item.0 + (index < items.count - 1 ? "," : ""), subject: item.1)
        }
        return [Line(text: begin, subject: .frame)] + lines + [Line(text: end, subject: .frame)]
    }

    private static func text(_ file: File) -> String {
        let rows = file.rows.map { ", \"rows\": \($0)" } ?? ""
        let (name, sha256) = (JSONText.string(file.name), JSONText.string(file.sha256))
        return "{\"bytes\": \(file.bytes), \"name\": \(name)\(rows), \"sha256\": \(sha256)}"
    }

    private static func text(_ sum: SettlementSum) -> String {
        let (currency, total) = (JSONText.string(sum.currency), JSONText.string(sum.total))
        return "{\"count\": \(sum.count), \"currency\": \(currency), \"total\": \(total)}"
    }

    private static func text(_ sum: UsageSum) -> String {
        let (application, metric) = (JSONText.string(sum.application), JSONText.string(sum.metric))
        let quantity = JSONText.string(sum.quantity)
        return
            "{\"application\": \(application), \"metric\": \(metric), \"quantity\": \(quantity), \"rows\": \(sum.rows)}"
    }
}

/// Strings as JSON (RFC 8259, section 7) in their shortest form: only what must be escaped is.
enum JSONText {
    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{00}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
