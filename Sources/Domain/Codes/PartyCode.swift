/// The immutable code of a party: its ARS where one exists, else a code that was assigned (`^[0-9A-Za-z-]{1,32}$`).
///
/// Ordered by its bytes; that order decides every tie in an allocation.
public struct PartyCode: TextValue {
    public let text: String

    public init(_ text: String, field: String = "party") throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        guard text.utf8.count <= 32, text.utf8.allSatisfy({ Letters.isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
        else {
            throw .invalid(field, "must be 1 to 32 letters, digits or hyphens, not \"\(text.excerpt)\"")
        }
        self.text = text
    }

    /// The code of the party that has the ARS.
    public init(_ ars: ARS) {
        text = ars.text
    }

    public var description: String { text }
}

extension PartyCode: Comparable {
    // Swift orders ASCII text by its bytes.
    public static func < (left: PartyCode, right: PartyCode) -> Bool { left.text < right.text }
}
