/// Leitweg-ID, the address of a public body for invoices: coarse part, optional fine part, two check digits.
///
/// `04011000-1234512345-06`. Samples in circulation fail the check, so a wrong check is told by `hasValidCheckDigits`
/// and may be warned of; missing check digits are an error. (Formatspezifikation Leitweg-ID; ISO 7064 mod 97-10.)
public struct LeitwegID: TextValue {
    /// 2 to 12 digits: the region or body.
    public let coarse: String
    /// Up to 30 letters or digits, or empty.
    public let fine: String
    /// Two digits.
    public let checkDigits: String

    public init(_ text: String, field: String = "leitweg_id") throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 || parts.count == 3 else {
            throw .invalid(field, "must have two or three parts such as 04011000-1234512345-06")
        }
        coarse = parts[0]
        fine = parts.count == 3 ? parts[1] : ""
        checkDigits = parts[parts.count - 1]
        guard (2...12).contains(coarse.utf8.count), coarse.utf8.allSatisfy(Digits.isDigit) else {
            throw .invalid(field, "must begin with 2 to 12 digits, not \"\(coarse.excerpt)\"")
        }
        let lengths = parts.count == 3 ? 1...30 : 0...0
        guard lengths.contains(fine.utf8.count), fine.utf8.allSatisfy(Letters.isAlphanumeric) else {
            throw .invalid(field, "must have 1 to 30 letters or digits as its middle part, not \"\(fine.excerpt)\"")
        }
        guard Digits.isNumber(checkDigits, count: 2) else {
            throw .invalid(field, "must end with two check digits, not \"\(checkDigits.excerpt)\"")
        }
    }

    /// Whether the check digits fit: the whole without hyphens, letters as 10…35, is 1 modulo 97.
    public var hasValidCheckDigits: Bool {
        Self.remainder(coarse + fine + checkDigits) == 1
    }

    /// The check digits that would fit.
    public var expectedCheckDigits: String {
        let check = 98 - Self.remainder(coarse + fine + "00")
        return (check < 10 ? "0" : "") + String(check)
    }

    private static func remainder(_ text: String) -> Int {
        text.utf8.reduce(0) { remainder, byte in
            if Digits.isDigit(byte) { return (remainder * 10 + Int(byte - UInt8(ascii: "0"))) % 97 }
            // The bit 0x20 tells small letters from capitals, which count alike.
            return (remainder * 100 + Int(byte & ~0x20) - Int(UInt8(ascii: "A")) + 10) % 97
        }
    }

    public var description: String {
        fine.isEmpty ? "\(coarse)-\(checkDigits)" : "\(coarse)-\(fine)-\(checkDigits)"
    }
}
