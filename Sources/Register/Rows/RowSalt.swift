/// The 16 bytes that keep one row's leaf from being guessed: without heap, as there is one per row.
public struct RowSalt: Sendable, Hashable, CustomStringConvertible {
    /// Bytes of a salt.
    public static let byteCount = 16
    private var first: UInt64
    private var second: UInt64

    /// The salt with exactly these 16 bytes; nil for any other count.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        (first, second) = bytes.loadUnaligned(as: (UInt64, UInt64).self)
    }

    /// The salt with exactly these 16 bytes; nil for any other count.
    public init?(_ bytes: [UInt8]) {
        guard let salt = bytes.withUnsafeBytes({ RowSalt($0) }) else { return nil }
        self = salt
    }

    /// The salt written as 32 hexadecimal digits of either case; nil for anything else.
    public init?(hex: String) {
        guard let bytes = Hexadecimal.decode(hex) else { return nil }
        self.init(bytes)
    }

    /// The first half of a digest, as the derivation has it.
    init(digest: Hash) {
        (first, second) = digest.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64).self) }
    }

    /// The 16 bytes on the heap.
    public var bytes: [UInt8] {
        withUnsafeBytes { Array($0) }
    }

    /// 32 lower-case hexadecimal digits.
    public var hex: String {
        withUnsafeBytes { Hexadecimal.encode($0) }
    }

    /// The 16 bytes in place; the pointer is valid inside `body` only.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: self, body)
    }

    public var description: String { hex }
}
