/// The 32 secret bytes from which the salts of one batch's rows are derived. Without them, or the salt itself, nobody
/// can guess a row from its leaf; erasing them with the rows leaves the tree whole.
///
/// Never printed: its description shows nothing of it.
public struct BatchSecret: Sendable, Equatable, CustomStringConvertible {
    /// Bytes of a secret.
    public static let byteCount = 32
    private let value: Hash

    /// A secret from the operating system's randomness.
    public static func generate() -> BatchSecret {
        var generator = SystemRandomNumberGenerator()
        var value = Hash.zero
        value.withUnsafeMutableBytes { bytes in
            for offset in stride(from: 0, to: byteCount, by: 8) {
                bytes.storeBytes(of: generator.next(), toByteOffset: offset, as: UInt64.self)
            }
        }
        return BatchSecret(value: value)
    }

    private init(value: Hash) {
        self.value = value
    }

    /// The secret with exactly these 32 bytes; nil for any other count.
    public init?(_ bytes: [UInt8]) {
        guard let value = Hash(bytes) else { return nil }
        self.value = value
    }

    /// The 32 bytes, for the store.
    public var bytes: [UInt8] { value.bytes }

    /// Copies the 32 bytes to `memory`.
    func copy(to memory: UnsafeMutableRawBufferPointer) {
        value.withUnsafeBytes { memory.copyMemory(from: $0) }
    }

    public var description: String { "BatchSecret" }
}
