/// A small chart of parts of a whole: one bar a line, drawn in eighths of a cell.
public struct BarChart: Sendable {
    private struct Bar {
        let label: String
        let eighths: Int
        let note: String
    }

    private let width: Int
    private var bars: [Bar] = []

    /// A chart whose longest possible bar, the whole, takes `width` cells.
    public init(width: Int = 32) {
        self.width = width
    }

    /// Adds the bar of `part` of `whole`, both in the same unit; a part outside 0…whole is drawn at the limit.
    public mutating func add(_ label: String, part: Int64, of whole: Int64, note: String) {
        var eighths = 0
        if whole > 0 {
            let inside = Int128(min(max(part, 0), whole))
            // Rounded to the nearest eighth; integers, as everything about shares.
            eighths = Int((inside * Int128(width * 8) * 2 + Int128(whole)) / (Int128(whole) * 2))
        }
        bars.append(Bar(label: DisplayText.oneLine(label), eighths: eighths, note: DisplayText.oneLine(note)))
    }

    /// The whole chart, every line ended by a line feed.
    public var text: String {
        let labels = bars.map { DisplayText.width($0.label) }.max() ?? 0
        let notes = bars.map { DisplayText.width($0.note) }.max() ?? 0
        return bars.reduce(into: "") { text, bar in
            text += DisplayText.padded(bar.label, to: labels, alignment: .left) + "  "
            text += DisplayText.padded(BarChart.cells(bar.eighths), to: width, alignment: .left) + "  "
            text += DisplayText.padded(bar.note, to: notes, alignment: .right) + "\n"
        }
    }

    private static let partials = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    private static func cells(_ eighths: Int) -> String {
        String(repeating: "█", count: eighths / 8) + partials[eighths % 8]
    }
}
