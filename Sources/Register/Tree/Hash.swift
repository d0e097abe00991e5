/// A SHA-256 digest as a value of its own: 32 bytes in place, no heap.
public struct Hash: Sendable, Hashable {
    /// Bytes of a hash.
    public static let byteCount = 32
    /// 32 zero bytes; a place to write to, not a hash of anything.
    public static let zero = Hash(words: (0, 0, 0, 0))

    // The bytes in memory order; words because they compare and hash faster than 32 single bytes.
    private var first: UInt64
    private var second: UInt64
    private var third: UInt64
    private var fourth: UInt64

    private init(words: (UInt64, UInt64, UInt64, UInt64)) {
        (first, second, third, fourth) = words
    }

    /// The hash with exactly these 32 bytes; nil for any other count.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(words: bytes.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self))
    }

    /// The hash with exactly these 32 bytes; nil for any other count.
    public init?(_ bytes: [UInt8]) {
        guard let hash = bytes.withUnsafeBytes({ Hash($0) }) else { return nil }
        self = hash
    }

    /// The hash written as 64 hexadecimal digits of either case; nil for anything else.
    public init?(hex: String) {
        guard let bytes = Hexadecimal.decode(hex) else { return nil }
        self.init(bytes)
    }

    /// The 32 bytes on the heap.
    public var bytes: [UInt8] {
        withUnsafeBytes { Array($0) }
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String {
        withUnsafeBytes { Hexadecimal.encode($0) }
    }

    /// The 32 bytes in place; the pointer is valid inside `body` only.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: self, body)
    }

    /// The 32 bytes in place, to be written; the pointer is valid inside `body` only.
    public mutating func withUnsafeMutableBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try Swift.withUnsafeMutableBytes(of: &self, body)
    }
}

extension Hash: Comparable {
    /// The order of the bytes, first byte first.
    public static func < (left: Hash, right: Hash) -> Bool {
        (left.first.bigEndian, left.second.bigEndian, left.third.bigEndian, left.fourth.bigEndian)
            < (right.first.bigEndian, right.second.bigEndian, right.third.bigEndian, right.fourth.bigEndian)
    }
}

extension Hash: CustomStringConvertible {
    public var description: String { hex }
}
