public import TLS

/// Why a verifier key string cannot be used.
public enum VerifierKeyError: Error, Sendable, Equatable {
    /// Not of the form name+id+key.
    case malformed
    /// The name is empty, or holds a space, a plus sign or a control character.
    case invalidName(String)
    /// The id is not eight hexadecimal digits.
    case malformedKeyID(String)
    /// The key is not canonical base 64, or empty.
    case malformedKey
    /// Only the types of Ed25519 are supported: 0x01 and, for witnesses, 0x04.
    case unsupportedAlgorithm(UInt8)
    /// The key's bytes are refused.
    case unusableKey(KeyError)
    /// The id does not belong to the name and the key.
    case keyIDMismatch(expected: UInt32, found: UInt32)
}

extension VerifierKeyError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed: "a verifier key has the form name+id+key"
        case .invalidName(let name): "\"\(name)\" is not a key name"
        case .malformedKeyID(let id): "the key id \"\(id)\" is not eight hexadecimal digits"
        case .malformedKey: "the key is not base 64"
        case .unsupportedAlgorithm(let number):
            "signature type \(number) is neither Ed25519 (1) nor an Ed25519 co-signature (4)"
        case .unusableKey(let error): "the key cannot be used: \(error)"
        case .keyIDMismatch(let expected, let found):
            "the key id is \(String(found, radix: 16)), by name and key it is \(String(expected, radix: 16))"
        }
    }
}
