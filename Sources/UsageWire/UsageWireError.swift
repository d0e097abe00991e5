/// Why a message cannot be read.
public enum UsageWireError: Error, Sendable, Equatable {
    /// The bytes are not such a message.
    case malformed
    /// The message would take more memory than it may: far more records than a batch can have.
    case tooLarge
    /// A text is not UTF-8 or has a NUL inside; `field` is its path.
    case invalidText(field: String)
}
