/// The outcome of a call as the peer sees it: thrown by handlers, thrown to callers.
public struct Status: Error, Sendable, Equatable {
    public var code: StatusCode
    /// For people; travels percent-encoded in `grpc-message`.
    public var message: String
    /// A serialized `google.rpc.Status`, travels in `grpc-status-details-bin`.
    public var details: [UInt8]?
    /// Further trailers.
    public var metadata: Metadata

    public init(
        _ code: StatusCode, _ message: String = "", details: [UInt8]? = nil, metadata: Metadata = .init()
    ) {
        self.code = code
        self.message = message
        self.details = details
        self.metadata = metadata
    }

    static let ok = Status(.ok)
}

extension Status: CustomStringConvertible {
    public var description: String { message.isEmpty ? "\(code)" : "\(code): \(message)" }
}
