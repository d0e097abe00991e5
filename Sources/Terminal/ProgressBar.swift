/// Progress of a long work: one line that is drawn again and again on a terminal, else a plain line now and then.
///
/// It knows no clock and no file: the caller says what time it is and what to do with the text.
public struct ProgressBar {
    /// Between two drawings on a terminal: enough to look smooth, little enough to cost nothing.
    private static let interval: UInt64 = 100_000_000
    /// Cells of the bar itself.
    private static let width = 30

    private let label: String
    private let unit: String
    private let total: Int?
    private let isTerminal: Bool
    private let write: (String) -> Void
    private let start: UInt64
    private var lastDrawn: UInt64?
    private var lastTenth = 0

    /// - Parameters:
    ///   - label: what is going on, for example "Reporting".
    ///   - unit: what is counted, in the plural, for example "records".
    ///   - total: how many there are in all, or nil when nobody knows.
    ///   - isTerminal: whether lines can be drawn over.
    ///   - now: monotonic time in nanoseconds.
    ///   - write: takes the text.
    public init(
        _ label: String, unit: String, total: Int?, isTerminal: Bool, now: UInt64, write: @escaping (String) -> Void
    ) {
        self.label = label
        self.unit = unit
        self.total = total
        self.isTerminal = isTerminal
        self.write = write
        start = now
    }

    /// Tells that `done` of the work is done at the time `now`.
    public mutating func update(_ done: Int, now: UInt64) {
        if isTerminal {
            if let lastDrawn, now - lastDrawn < ProgressBar.interval { return }
            lastDrawn = now
            write("\r" + line(done, now) + "\u{1B}[K")
        } else if let tenth = tenth(done), tenth > lastTenth, tenth < 10 {
            lastTenth = tenth
            write(line(done, now) + "\n")
        }
    }

    /// Draws the end and leaves the line.
    public mutating func finish(_ done: Int, now: UInt64) {
        write((isTerminal ? "\r" + line(done, now) + "\u{1B}[K" : line(done, now)) + "\n")
    }

    private func tenth(_ done: Int) -> Int? {
        guard let total, total > 0 else { return nil }
        return min(done, total) * 10 / total
    }

    private func line(_ done: Int, _ now: UInt64) -> String {
        let rate = Rate.perSecond(done, nanoseconds: now - start)
        let speed = rate.map { ", \(Grouped.text($0)) a second" } ?? ""
        guard let total, total > 0 else { return "\(label): \(Grouped.text(done)) \(unit)\(speed)" }
        let inside = min(max(done, 0), total)
        let filled = inside * ProgressBar.width / total
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: ProgressBar.width - filled)
        let percent = DisplayText.padded("\(inside * 100 / total) %", to: 5, alignment: .right)
        return "\(label) \(bar) \(percent)  \(Grouped.text(done)) of \(Grouped.text(total)) \(unit)\(speed)"
    }
}
