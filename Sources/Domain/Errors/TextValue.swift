/// A value with one textual form, which names the field at fault when the text is wrong.
public protocol TextValue: Sendable, Hashable, CustomStringConvertible {
    /// Reads the text. Throws MISSING_FIELD for an empty text and INVALID_FIELD for a wrong one.
    init(_ text: String, field: String) throws(Failure)
}
