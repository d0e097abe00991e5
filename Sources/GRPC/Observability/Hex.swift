/// Numbers in lower-case hexadecimal.
enum Hex {
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// 16 digits.
    static func digits(_ value: UInt64) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            for index in 0..<16 { buffer[index] = digit(UInt8(truncatingIfNeeded: value >> (60 - 4 * index)) & 15) }
            count = 16
        }
    }

    static func digits(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.flatMap { [digit($0 >> 4), digit($0 & 15)] }, as: UTF8.self)
    }

    /// At most 16 digits; upper case is no hexadecimal here (section 3.2.2).
    static func number(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
        var value: UInt64 = 0
        for letter in text {
            switch letter {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(letter - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(letter - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}
