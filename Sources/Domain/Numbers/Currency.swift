/// A currency by its three letters (ISO 4217).
public struct Currency: TextValue {
    /// The three upper-case letters.
    public let code: String

    public static let euro = Currency(unchecked: "EUR")

    private init(unchecked code: String) { self.code = code }

    public init(_ text: String, field: String = "currency_code") throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        guard text.utf8.count == 3, text.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
        else {
            throw .invalid(field, "must be three capital letters of ISO 4217 such as EUR, not \"\(text.excerpt)\"")
        }
        code = text
    }

    /// How many decimals the minor unit has: 2 for EUR, 0 for JPY, 3 for KWD.
    public var minorDigits: Int {
        switch code {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
            "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        default: 2
        }
    }

    public var description: String { code }
}
