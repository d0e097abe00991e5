/// A table for people: aligned columns, an underlined head, and totals below a rule.
public struct Table: Sendable {
    /// On which side a column's cells are filled up with blanks. Numbers stand right.
    public enum Alignment: Sendable {
        case left
        case right
    }

    /// A column's title and alignment.
    public struct Column: Sendable {
        let title: String
        let alignment: Alignment

        /// A column of text.
        public static func text(_ title: String) -> Column { Column(title: title, alignment: .left) }
        /// A column of numbers or amounts.
        public static func number(_ title: String) -> Column { Column(title: title, alignment: .right) }
    }

    private enum Line {
        case cells([String])
        case rule
    }

    /// Between two columns.
    private static let gap = "  "

    private let columns: [Column]
    private var lines: [Line] = []

    public init(_ columns: Column...) {
        self.columns = columns
    }

    /// A table whose number of columns is known at run time only.
    public init(columns: [Column]) {
        self.columns = columns
    }

    /// Adds a line; cells that are missing at its end stay empty, cells beyond the last column are a mistake.
    public mutating func add(_ cells: String...) {
        append(cells)
    }

    /// Adds a line of as many cells as come.
    public mutating func add(_ cells: [String]) {
        append(cells)
    }

    /// Adds a rule and, below it, a line of totals.
    public mutating func addTotals(_ cells: String...) {
        lines.append(.rule)
        append(cells)
    }

    private mutating func append(_ cells: [String]) {
        precondition(cells.count <= columns.count, "a line has more cells than the table has columns")
        let missing = columns.count - cells.count
        lines.append(.cells(cells.map(DisplayText.oneLine) + Array(repeating: "", count: missing)))
    }

    /// Whether no line was added.
    public var isEmpty: Bool { lines.isEmpty }

    /// The whole table, every line ended by a line feed.
    public var text: String {
        let widths = widths
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: Table.gap) + "\n"
        var text = write(columns.map(\.title), widths) + rule
        for line in lines {
            switch line {
            case .cells(let cells): text += write(cells, widths)
            case .rule: text += rule
            }
        }
        return text
    }

    /// The lines as comma-separated values (RFC 4180), titles first; totals are left out, as readers add up themselves.
    public var csv: String {
        var rows = [columns.map(\.title)]
        for line in lines {
            guard case .cells(let cells) = line else { break }
            rows.append(cells)
        }
        return rows.reduce(into: "") { $0 += $1.map(Table.csvField).joined(separator: ",") + "\r\n" }
    }

    private static func csvField(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private var widths: [Int] {
        var widths = columns.map { DisplayText.width($0.title) }
        for case .cells(let cells) in lines {
            for (index, cell) in cells.enumerated() { widths[index] = max(widths[index], DisplayText.width(cell)) }
        }
        return widths
    }

    private func write(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            if index > 0 { line += Table.gap }
            line += DisplayText.padded(cell, to: widths[index], alignment: columns[index].alignment)
        }
        // Blanks at a line's end only make copies and comparisons ugly.
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }
}
