/// A universally unique identifier (`uuid`), free of Foundation.
public struct SQLUUID: Sendable, Hashable, CustomStringConvertible {
    /// The first eight bytes in network byte order.
    public let high: UInt64
    /// The last eight bytes in network byte order.
    public let low: UInt64

    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// nil unless there are 16 bytes.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// A random identifier, version 4 (RFC 9562, section 5.4).
    public static func random() -> SQLUUID {
        var generator = SystemRandomNumberGenerator()
        let high = (generator.next() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000
        let low = (generator.next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        return SQLUUID(high: high, low: low)
    }

    /// Reads 32 hexadecimal digits grouped 8-4-4-4-12 (RFC 9562, section 4); nil for anything else.
    public init?(_ text: String) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        let isDigits = { (group: Substring) in group.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit } }
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12], groups.allSatisfy(isDigits) else { return nil }
        let digits = groups.joined()
        guard let high = UInt64(digits.prefix(16), radix: 16), let low = UInt64(digits.suffix(16), radix: 16) else {
            return nil
        }
        self.init(high: high, low: low)
    }

    /// 32 lower-case hexadecimal digits grouped 8-4-4-4-12.
    public var description: String {
        let bytes = [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
        let digits = Array(bytes.hexadecimal)
        let groups = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
        return groups.map { String($0) }.joined(separator: "-")
    }
}
