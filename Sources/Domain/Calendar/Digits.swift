/// Decimal digits of fixed width as ASCII bytes.
enum Digits {
    /// The number that the digits stand for, or `nil` if any byte is not a digit. At most 18 digits.
    static func number(_ bytes: some Collection<UInt8>) -> Int? {
        var number = 0
        for byte in bytes {
            guard isDigit(byte) else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return number
    }

    /// Appends the number with leading zeros.
    static func append(_ number: Int, count: Int, to bytes: inout [UInt8]) {
        // Two at a time by constants, for which no division is made.
        if count > 2 { append(number / 100, count: count - 2, to: &bytes) }
        if count > 1 { bytes.append(UInt8(ascii: "0") + UInt8(number / 10 % 10)) }
        bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Whether the text is that many digits and nothing else.
    static func isNumber(_ text: String, count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy(isDigit)
    }
}
