/// How the payload of a message with the compression flag is encoded (`grpc-encoding`).
enum MessageEncoding: Equatable {
    case identity

    /// Sent in `grpc-accept-encoding`.
    static let accepted: StaticString = "identity"

    init?(_ name: UnsafeBufferPointer<UInt8>) {
        guard name.elementsEqual("identity".utf8) else { return nil }
        self = .identity
    }

    /// - Returns: the message, or why it cannot be read.
    func decode(_ payload: [UInt8], maximumLength: Int) -> Result<[UInt8], Status> {
        .failure(Status(.internal, "a message is marked as compressed, but no encoding was announced"))
    }
}
