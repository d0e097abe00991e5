/// Rows of a CSV file (RFC 4180): commas, quotes doubled within quoted fields, CRLF or LF.
enum CSVRows {
    struct Row: Hashable {
        /// The line it begins in, counted from 1.
        let line: Int
        let fields: [String]
    }

    /// Throws INVALID_FIELD, naming `<field>.lines[n]`, for a quote that is not closed or stands within a plain field,
    /// and for text that is not UTF-8.
    static func read(_ bytes: [UInt8], field: String) throws(Failure) -> [Row] {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalid(field, "must be UTF-8") }
        var rows: [Row] = []
        var fields: [String] = []
        var current = String.UnicodeScalarView()
        var (line, start) = (1, 1)
        var (isQuoted, wasQuoted) = (false, false)
        func end() {
            fields.append(String(current))
            current = String.UnicodeScalarView()
            wasQuoted = false
        }
        var scalars = text.unicodeScalars.drop { $0 == "\u{FEFF}" }
        while let scalar = scalars.popFirst() {
            if isQuoted {
                if scalar == "\n" { line += 1 }
                guard scalar == "\"" else {
                    current.append(scalar)
                    continue
                }
                if scalars.first == "\"" { current.append(scalars.removeFirst()) } else { isQuoted = false }
                continue
            }
            switch scalar {
            case "\"":
                guard current.isEmpty, !wasQuoted else {
                    throw .invalid(
                        "\(field).lines[\(line)]", "has a quote within a field; quote the field and double it")
                }
                (isQuoted, wasQuoted) = (true, true)
            case ",": end()
            case "\r" where scalars.first == "\n": break
            case "\n":
                end()
                if fields != [""] { rows.append(Row(line: start, fields: fields)) }
                fields = []
                line += 1
                start = line
            default:
                if wasQuoted { throw .invalid("\(field).lines[\(line)]", "has text after a closing quote") }
                current.append(scalar)
            }
        }
        if isQuoted { throw .invalid("\(field).lines[\(start)]", "has a quote that is not closed") }
        end()
        if fields != [""] { rows.append(Row(line: start, fields: fields)) }
        return rows
    }
}
