internal import Foundation
internal import Register
internal import TLS

/// The digest of a message that is kept beside the register (docs/formats/register.md, "Texts"): SHA-256 over 16 random
/// bytes, the salt, and the message's canonical bytes.
struct SaltedDigest {
    let salt: [UInt8]
    /// 32 bytes, as the entry has them.
    let digest: Data

    init(_ bytes: [UInt8]) {
        salt = SaltedText("").salt
        digest = Self.digest(bytes, salt: salt)
    }

    static func digest(_ bytes: [UInt8], salt: [UInt8]) -> Data { Data(SHA256.hash(salt + bytes)) }
}

extension SaltedText {
    /// A text with a new salt, and its digest for the entry; salt and digest are empty for an empty text.
    static func new(_ text: String) -> (kept: SaltedText, digest: Data) {
        guard !text.isEmpty else { return (SaltedText("", salt: []), Data()) }
        let salted = SaltedText(text)
        return (salted, Data(salted.digest))
    }
}
