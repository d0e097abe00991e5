import ArgumentParser
import Foundation

/// How figures are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json

    /// Prints one run's figures.
    func print(_ figures: some Figures) throws {
        switch self {
        case .table:
            for (label, text) in figures.rows {
                Swift.print(label.padding(toLength: 24, withPad: " ", startingAt: 0) + text)
            }
        case .json: Swift.print(try OutputFormat.text(figures))
        }
    }

    /// One key a line, in a fixed order: scripts can read it line by line.
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// What a run has measured.
protocol Figures: Encodable {
    /// Labels and texts for people.
    var rows: [(String, String)] { get }
}

extension Double {
    /// With so many digits after the point.
    func text(_ digits: Int = 1) -> String { String(format: "%.\(digits)f", self) }
}
