internal import ArgumentParser
internal import SwiftProtobuf

/// A value of an enumeration in the words of the command line: `specialPurposeAssociation` is
/// `special-purpose-association`, `previousJune30` is `previous-june-30`.
struct Choice<Value: SwiftProtobuf.Enum & CaseIterable & Sendable>: ExpressibleByArgument, Sendable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }

    init?(argument: String) {
        guard let value = Self.choices.first(where: { Self.text($0) == argument }) else { return nil }
        self.value = value
    }

    /// All that a caller may choose: everything but the unset value, which the server refuses.
    private static var choices: [Value] { Value.allCases.filter { $0.rawValue != 0 } }

    static var allValueStrings: [String] { choices.map(text) }

    var defaultValueDescription: String { Choice.text(value) }

    /// The words for a value, also for one that this program does not know yet.
    static func text(_ value: Value) -> String {
        guard Value.allCases.contains(value) else { return "unknown-\(value.rawValue)" }
        var text = ""
        var previous: Character?
        for letter in String(describing: value) {
            let beginsNumber = letter.isNumber && previous?.isNumber == false
            if letter.isUppercase || beginsNumber { text.append("-") }
            text += letter.lowercased()
            previous = letter
        }
        return text
    }
}
