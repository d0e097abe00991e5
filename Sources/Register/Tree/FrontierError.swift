/// Why bytes are not a frontier.
public enum FrontierError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Shorter than the size field, or the hashes do not number the bits set in the size.
    case wrongLength(expected: Int, found: Int)
    /// The size field exceeds 2^63 − 1.
    case sizeTooLarge

    public var description: String {
        switch self {
        case .wrongLength(let expected, let found): "a frontier of this size has \(expected) bytes, not \(found)"
        case .sizeTooLarge: "the frontier's size exceeds 2^63 - 1"
        }
    }
}
