public import GRPC
public import SwiftProtobuf

/// Sends the answers of a call that streams them.
public struct ResponseWriter<Response: Message>: Sendable {
    private let call: ServerCall

    /// Writes the answers of `call`.
    public init(_ call: ServerCall) { self.call = call }

    /// Sends one answer; waits while the caller does not read, so that memory does not grow for a slow one.
    ///
    /// - Parameter compressed: false sends this one as it is in a call that compresses its responses.
    /// - Throws: `CancellationError` when the call has ended.
    public func write(_ response: Response, compressed: Bool = true) async throws {
        try await call.send(MessageCoding.encode(response), compressed: compressed)
    }
}
