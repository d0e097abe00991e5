/// Amtlicher Regionalschlüssel: 12 digits (Land 2, Regierungsbezirk 1, Kreis 2, Verband 4, Gemeinde 3), leading zeros
/// kept.
public struct ARS: TextValue {
    public let text: String

    public init(_ text: String, field: String = "ars") throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        guard Digits.isNumber(text, count: 12) else {
            throw .invalid(field, "must have exactly 12 digits such as 010575739022, not \"\(text.excerpt)\"")
        }
        self.text = text
    }

    /// The two digits of the Land, 01…16.
    public var land: String { String(text.prefix(2)) }

    /// The AGS of the same municipality: the ARS without the four digits of the Verband.
    public var ags: String { String(text.prefix(5) + text.suffix(3)) }

    public var description: String { text }
}
