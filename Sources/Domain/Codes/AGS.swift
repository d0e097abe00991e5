/// Amtlicher Gemeindeschlüssel: 8 digits (Land 2, Regierungsbezirk 1, Kreis 2, Gemeinde 3), leading zeros kept.
public struct AGS: TextValue {
    public let text: String

    public init(_ text: String, field: String = "ags") throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        guard Digits.isNumber(text, count: 8) else {
            throw .invalid(field, "must have exactly 8 digits such as 09473132, not \"\(text.excerpt)\"")
        }
        self.text = text
    }

    /// The two digits of the Land, 01…16.
    public var land: String { String(text.prefix(2)) }

    public var description: String { text }
}
