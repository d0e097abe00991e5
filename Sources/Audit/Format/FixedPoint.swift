/// Decimal text of integers that count units of 10^-scale: 1250 at scale 2 is 12.50.
enum FixedPoint {
    /// More decimals than any quantity has; beyond it an exponent is written, so that no input makes a text long.
    private static let maximumScale = 38

    static func text(_ units: Int128, scale: Int) -> String {
        let digits = String(units.magnitude)
        let sign = units < 0 ? "-" : ""
        if scale == 0 { return sign + digits }
        guard (1...maximumScale).contains(scale) else { return "\(sign)\(digits)e\(-scale)" }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
        return "\(sign)\(padded.dropLast(scale)).\(padded.suffix(scale))"
    }

    /// Reads exactly `scale` decimals and at least one digit before the point; nil for anything else, for more than
    /// 64 bits, and for a negative number.
    static func units(_ text: UnsafeRawBufferPointer, scale: Int) -> Int64? {
        let wholeDigits = scale == 0 ? text.count : text.count - scale - 1
        guard scale >= 0, wholeDigits > 0, wholeDigits == 1 || text[0] != UInt8(ascii: "0") else { return nil }
        var units: Int64 = 0
        for index in 0..<text.count {
            if scale > 0 && index == wholeDigits {
                guard text[index] == UInt8(ascii: ".") else { return nil }
                continue
            }
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (product, tooLarge) = units.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(Int64(digit))
            guard !tooLarge, !overflow else { return nil }
            units = sum
        }
        return units
    }
}
