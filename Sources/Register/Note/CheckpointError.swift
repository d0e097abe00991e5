/// Why a text is not a checkpoint (C2SP tlog-checkpoint), or not the expected log's.
public enum CheckpointError: Error, Sendable, Equatable {
    /// Fewer than origin, size and root, or no newline at the end.
    case tooFewLines
    /// The origin is empty or holds a control character.
    case invalidOrigin(String)
    /// The size is no decimal number in its shortest form, or beyond 2^63 − 1.
    case malformedSize(String)
    /// The root is not the canonical base 64 of 32 bytes.
    case malformedRoot(String)
    /// An extension line is empty or holds a control character; extension lines count from 1.
    case invalidExtension(Int)
    /// The checkpoint is another log's.
    case unexpectedOrigin(expected: String, found: String)
}

extension CheckpointError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooFewLines: "a checkpoint has at least three lines, each ended by a newline"
        case .invalidOrigin(let found): "\"\(found)\" cannot be an origin"
        case .malformedSize(let found): "\"\(found)\" is not a tree size"
        case .malformedRoot(let found): "\"\(found)\" is not the base 64 of a root hash"
        case .invalidExtension(let line): "extension line \(line) is empty or has a control character"
        case .unexpectedOrigin(let expected, let found): "the origin is \"\(found)\", not \"\(expected)\""
        }
    }
}
