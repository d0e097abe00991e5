/// A decimal number as written: sign, digits without the point, and how many of them stand after it.
struct DecimalText {
    /// More digits after the point than any stored value has.
    static let maximumScale = 18

    let isNegative: Bool
    let digits: UInt64
    let scale: Int

    init(magnitude: UInt64, isNegative: Bool, scale: Int) {
        self.isNegative = isNegative
        digits = magnitude
        self.scale = scale
    }

    /// Reads `-12.50`. `nil` unless it is an optional minus, digits, and optionally a point with digits.
    init?(_ text: Substring) {
        var digits: UInt64 = 0
        var scale = 0
        var hasPoint = false
        var hasDigit = false
        var bytes = text.utf8[...]
        isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { bytes = bytes.dropFirst() }
        for byte in bytes {
            if byte == UInt8(ascii: ".") {
                guard hasDigit, !hasPoint else { return nil }
                hasPoint = true
                hasDigit = false
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            digits = sum
            hasDigit = true
            if hasPoint { scale += 1 }
        }
        guard hasDigit, scale <= Self.maximumScale else { return nil }
        self.digits = digits
        self.scale = scale
    }

    /// The number in units of 10^-scale, or `nil` if it does not fit or has more decimals than that.
    func units(scale wanted: Int) -> Int64? {
        var magnitude = digits
        for _ in 0..<max(0, wanted - scale) {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            magnitude = product
        }
        for _ in 0..<max(0, scale - wanted) {
            guard magnitude % 10 == 0 else { return nil }
            magnitude /= 10
        }
        return Int64(signedMagnitude: magnitude, isNegative: isNegative)
    }

    /// Writes units of 10^-scale, in groups of three digits if a separator is given.
    static func format(_ units: Int64, scale: Int, groupSeparator: Character? = nil) -> String {
        var digits = String(units.magnitude)
        if digits.count <= scale {
            digits = String(repeating: "0", count: scale + 1 - digits.count) + digits
        }
        var whole = String(digits.dropLast(scale))
        if let groupSeparator {
            var grouped = ""
            for (index, digit) in whole.enumerated() {
                if index > 0, (whole.count - index) % 3 == 0 { grouped.append(groupSeparator) }
                grouped.append(digit)
            }
            whole = grouped
        }
        let sign = units < 0 ? "-" : ""
        return scale == 0 ? sign + whole : "\(sign)\(whole).\(digits.suffix(scale))"
    }
}

extension Int64 {
    /// The number with that magnitude and sign, or `nil` if it does not fit.
    init?(signedMagnitude magnitude: UInt64, isNegative: Bool) {
        if isNegative {
            guard magnitude <= Int64.min.magnitude else { return nil }
            self = 0 &- Int64(bitPattern: magnitude)
        } else {
            guard let value = Int64(exactly: magnitude) else { return nil }
            self = value
        }
    }
}

extension Substring {
    /// The text without blanks at its ends.
    func trimmingBlanks() -> Substring {
        var text = self
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return text
    }
}
