/// The last part of a resource name, chosen by whoever creates the resource: `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`
/// (AIP-122).
public struct ResourceID: TextValue {
    public let text: String

    public init(_ text: String, field: String = "id") throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        let bytes = Array(text.utf8)
        let hyphen = UInt8(ascii: "-")
        guard bytes.count <= 63, let first = bytes.first, Letters.isLower(first), bytes.last != hyphen,
            bytes.allSatisfy({ Letters.isLower($0) || Digits.isDigit($0) || $0 == hyphen })
        else {
            throw .invalid(
                field,
                "must be 1 to 63 small letters, digits or hyphens, begin with a letter and not end with a hyphen, "
                    + "not \"\(text.excerpt)\"")
        }
        self.text = text
    }

    public var description: String { text }
}

extension ResourceID: Comparable {
    public static func < (left: ResourceID, right: ResourceID) -> Bool { left.text < right.text }
}
