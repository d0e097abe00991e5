internal import Register

extension Manifest {
    /// The text line by line: members of objects in ascending order, two spaces per level.
    var lines: [String] {
        ["{", "  \"completeness\": \(JSONText.string(kind.completeness)),"]
            + Self.array("  \"files\": [", files.map(Self.text), "  ],")
            + [
                "  \"format\": \(JSONText.string(kind.format)),",
                "  \"register\": \(JSONText.string(register)),",
                "  \"root\": \(JSONText.string(root.hex)),",
                "  \"size\": \(size),",
                "  \"sums\": {",
            ]
            + Self.array("    \"settlements\": [", settlements.map(Self.text), "    ],")
            + Self.array("    \"usage\": [", usage.map(Self.text), "    ]")
            + ["  }", "}"]
    }

    private static func array(_ begin: String, _ items: [String], _ end: String) -> [String] {
        let indentation = String(repeating: " ", count: begin.prefix { $0 == " " }.count + 2)
        let lines = items.enumerated().map { index, item in
            indentation + item + (index < items.count - 1 ? "," : "")
        }
        return [begin] + lines + [end]
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
    /// The same from bytes to bytes, for rows.
    static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        let isPlain = text.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        guard isPlain else {
            bytes += Array(string(String(decoding: text, as: UTF8.self)).utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text)
        bytes.append(UInt8(ascii: "\""))
    }

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
