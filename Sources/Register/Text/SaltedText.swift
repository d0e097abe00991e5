internal import TLS

/// A text that stays out of a register, which holds a digest of it instead: personal data and free text can then be
/// erased, and the tree stays whole. Without the salt nobody can guess a text from its digest.
public struct SaltedText: Sendable, Equatable {
    /// Bytes of a salt.
    public static let saltBytes = 16

    /// What is kept out.
    public let text: String
    /// Random bytes, kept beside the text and erased with it.
    public let salt: [UInt8]

    /// A text with a new salt from the operating system's randomness.
    public init(_ text: String) {
        var generator = SystemRandomNumberGenerator()
        self.init(text, salt: (0..<Self.saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// A text with the salt that it was stored with.
    public init(_ text: String, salt: [UInt8]) {
        self.text = text
        self.salt = salt
    }

    /// SHA-256 over salt and text, 32 bytes: what an entry holds.
    public var digest: [UInt8] { SHA256.hash(salt + Array(text.utf8)) }
}
