/// `grpc-timeout`: at most eight digits and a unit (gRPC, doc/PROTOCOL-HTTP2.md).
enum Timeout {
    private static let units: [(letter: UInt8, nanoseconds: UInt64)] = [
        (UInt8(ascii: "n"), 1), (UInt8(ascii: "u"), 1000), (UInt8(ascii: "m"), 1_000_000),
        (UInt8(ascii: "S"), 1_000_000_000), (UInt8(ascii: "M"), 60_000_000_000), (UInt8(ascii: "H"), 3_600_000_000_000),
    ]

    /// Nanoseconds, or nil when the text is malformed. 99,999,999 hours still fit.
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> UInt64? {
        guard (2...9).contains(text.count), let unit = units.first(where: { $0.letter == text[text.count - 1] })
        else { return nil }
        var value: UInt64 = 0
        for letter in text.dropLast() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter) else { return nil }
            value = value * 10 + UInt64(letter - UInt8(ascii: "0"))
        }
        let (product, overflow) = value.multipliedReportingOverflow(by: unit.nanoseconds)
        return overflow ? .max : product
    }

    /// The finest unit that holds the value in eight digits, rounded up so that the server never gives up first.
    static func encode(nanoseconds: UInt64) -> [UInt8] {
        for (letter, size) in units {
            let value = nanoseconds / size + (nanoseconds % size == 0 ? 0 : 1)
            if value <= 99_999_999 { return Array(String(value).utf8) + [letter] }
        }
        return Array("99999999H".utf8)
    }
}
