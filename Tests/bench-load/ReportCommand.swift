import ArgumentParser
import Foundation

/// The table of one benchmark run.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Puts collected figures beside their yardsticks.",
        discussion: """
            Reads lines of a name, a tab and a number; where a name comes several times, the median counts. Names \
            that begin with "machine." stand for texts and describe the machine.
            """)

    @Argument(help: "File with the collected figures.")
    var figures: String
    @Option(help: "File to write everything to, as JSON.")
    var json: String?

    func run() throws {
        let collected = try Collected(String(contentsOfFile: figures, encoding: .utf8))
        let lines = Comparison.all.map { ReportLine($0, collected) }
        print(ReportTable.text(lines))
        print("Medians of \(collected.rounds) rounds, ours and yardsticks in turn.")
        guard let json else { return }
        let report = Report(machine: collected.machine, lines: lines, figures: collected.figures)
        try Data((OutputFormat.text(report) + "\n").utf8).write(to: URL(fileURLWithPath: json))
        print("All figures: \(json)")
    }
}

/// Everything, as it is written to the file.
private struct Report: Encodable {
    let machine: [String: String]
    let lines: [ReportLine]
    /// Every round of every figure.
    let figures: [String: [Double]]
}

/// The figures that were collected, by name.
struct Collected {
    private(set) var figures: [String: [Double]] = [:]
    private(set) var machine: [String: String] = [:]

    /// - Throws: `ValidationError` for a line that is none.
    init(_ text: String) throws {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw ValidationError("not a figure: \(line)") }
            if parts[0].hasPrefix("machine.") {
                machine[String(parts[0].dropFirst("machine.".count))] = parts[1]
            } else if let value = Double(parts[1]) {
                figures[parts[0], default: []].append(value)
            } else {
                throw ValidationError("not a number: \(line)")
            }
        }
    }

    var rounds: Int { figures.values.map(\.count).max() ?? 0 }

    /// The figure's median; nil when it was not measured.
    func median(_ name: String) -> Double? {
        guard let values = figures[name]?.sorted(), !values.isEmpty else { return nil }
        let middle = values.count / 2
        return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }
}

/// A comparison with its figures.
struct ReportLine: Encodable {
    let label: String
    let unit: String
    let value: Double?
    let yardstick: String?
    let yardstickValue: Double?
    /// Ours divided by the yardstick.
    let ratio: Double?
    let target: String?
    /// Whether the target is reached; nil without one, or where something was not measured.
    let isReached: Bool?
    private let digits: Int

    private enum CodingKeys: String, CodingKey {
        case label, unit, value, yardstick, yardstickValue, ratio, target, isReached
    }

    init(_ comparison: Comparison, _ collected: Collected) {
        label = comparison.label
        unit = comparison.unit
        digits = comparison.digits
        let value = collected.median(comparison.figure)
        let yardstickValue = comparison.yardstick.flatMap(collected.median)
        self.value = value
        self.yardstickValue = yardstickValue
        yardstick = comparison.yardstick.map { _ in comparison.yardstickLabel }
        let ratio = value.flatMap { value in yardstickValue.flatMap { $0 == 0 ? nil : value / $0 } }
        self.ratio = ratio
        switch comparison.target {
        case .ratioAtLeast(let bound):
            target = "≥ \(bound) ×"
            isReached = ratio.map { $0 >= bound }
        case .ratioAtMost(let bound):
            target = "≤ \(bound) ×"
            isReached = ratio.map { $0 <= bound }
        case .atMost(let bound):
            target = "≤ \(bound.text(0))"
            isReached = value.map { $0 <= bound }
        case .atLeast(let bound):
            target = "≥ \(bound.text(0))"
            isReached = value.map { $0 >= bound }
        case nil:
            target = nil
            isReached = nil
        }
    }

    var columns: [String] {
        let beside: String
        if let yardstick {
            beside = "\(yardstickValue?.text(digits) ?? "not given")  \(yardstick)"
        } else {
            beside = ""
        }
        let verdict = isReached.map { $0 ? "reached" : "MISSED" } ?? ""
        return [
            label, value.map { "\($0.text(digits)) \(unit)" } ?? "not measured", beside,
            ratio.map { "\($0.text(2)) ×" } ?? "", target ?? "", verdict,
        ]
    }
}

/// Text in columns.
enum ReportTable {
    private static let head = ["", "ours", "yardstick", "ratio", "to reach", ""]

    static func text(_ lines: [ReportLine]) -> String {
        let cells = [head] + lines.map(\.columns)
        let widths = head.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            zip(row, widths).map { text, width in text + String(repeating: " ", count: width - text.count) }
                .joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
