/// Collects what is wrong with a request, so that its sender learns everything at once.
///
///     var checks = FieldChecks()
///     let party = checks.value(PartyCode.self, request.party, field: "party")
///     checks.require(!request.shares.isEmpty, "shares", "must name at least one owner")
///     try checks.finish()
public struct FieldChecks: Sendable {
    /// Fields that a message names; all of them are in the violations.
    private static let namedFields = 10

    private var failures: [Failure] = []

    public init() {}

    /// Whether nothing was found wrong so far.
    public var isClean: Bool { failures.isEmpty }

    /// Notes a failure. Its violations are kept in order.
    public mutating func note(_ failure: Failure) {
        failures.append(failure)
    }

    /// Notes that a field is not set.
    public mutating func missing(_ field: String) {
        note(.missing(field))
    }

    /// Notes that a field's value is not allowed; `why` goes on from the field's name.
    public mutating func invalid(_ field: String, _ why: String) {
        note(.invalid(field, why))
    }

    /// Notes `why` unless the condition holds.
    public mutating func require(_ condition: Bool, _ field: String, _ why: @autoclosure () -> String) {
        if !condition { invalid(field, why()) }
    }

    /// Runs a check that throws and notes its failure; `nil` if it failed.
    public mutating func check<T>(_ body: () throws(Failure) -> T) -> T? {
        do {
            return try body()
        } catch {
            note(error)
            return nil
        }
    }

    /// Reads a value from its text and notes the failure; `nil` if it failed.
    public mutating func value<T: TextValue>(_ type: T.Type = T.self, _ text: String, field: String) -> T? {
        check { () throws(Failure) -> T in try T(text, field: field) }
    }

    /// Reads a value whose field may be empty; `nil` if it is, or if it is wrong.
    public mutating func optional<T: TextValue>(_ type: T.Type = T.self, _ text: String, field: String) -> T? {
        text.isEmpty ? nil : value(type, text, field: field)
    }

    /// Checks the length of a text in Unicode scalars, refuses control characters, and returns the text.
    @discardableResult
    public mutating func text(_ text: String, field: String, length: ClosedRange<Int>) -> String {
        if text.isEmpty && length.lowerBound > 0 {
            missing(field)
        } else if !length.contains(text.unicodeScalars.count) {
            invalid(field, "must have \(length.lowerBound) to \(length.upperBound) characters")
        } else if text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" || $0.value == 0x7F }) {
            invalid(field, "must not contain control characters")
        }
        return text
    }

    /// Throws one failure with everything that was noted; does nothing if nothing was.
    ///
    /// A single failure keeps its reason. Several become MISSING_FIELD if all of them are that, else INVALID_FIELD.
    public func finish() throws(Failure) {
        guard let first = failures.first else { return }
        if failures.count == 1 { throw first }
        let isUniform = failures.allSatisfy { $0.reason == first.reason }
        let named = failures.prefix(Self.namedFields).map(\.message).joined(separator: "; ")
        let rest = failures.count > Self.namedFields ? "; and \(failures.count - Self.namedFields) more" : ""
        throw Failure(
            isUniform ? first.reason : .invalidField, "correct \(failures.count) fields: \(named)\(rest)",
            violations: failures.flatMap(\.violations),
            resource: first.resource,
            metadata: failures.flatMap(\.metadata))
    }
}
