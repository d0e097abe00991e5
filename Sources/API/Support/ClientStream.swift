public import GRPC
public import SwiftProtobuf

/// A call under way whose requests, answers or both are streams.
public struct ClientStream<Request: Message, Response: Message>: AsyncSequence, Sendable {
    /// The call beneath, for its metadata.
    public let call: ClientCall

    /// Gives types to `call`.
    public init(_ call: ClientCall) { self.call = call }

    /// Sends one request; waits while the server does not read.
    ///
    /// - Parameter compressed: false sends this one as it is in a call that compresses its requests.
    /// - Throws: `Status` when the call has ended.
    public func send(_ request: Request, compressed: Bool = true) async throws {
        try await call.send(MessageCoding.encode(request), compressed: compressed)
    }

    /// Says that no request follows.
    public func finish() async throws { try await call.finish() }

    /// The next answer, or nil once the call has ended well.
    ///
    /// - Throws: `Status` when the call failed, `INTERNAL` for a malformed answer.
    public func receive() async throws -> Response? {
        guard let bytes = try await call.receive() else { return nil }
        return try MessageCoding.decodeResponse(bytes)
    }

    /// Ends the requests and waits for the one answer of a method that streams requests alone.
    ///
    /// - Throws: `Status` when the call failed, `INTERNAL` where a server sends no answer or several.
    public func finishAndReceive() async throws -> Response {
        try await finish()
        guard let response = try await receive(), try await call.receive() == nil else {
            throw Status(.internal, "the method gives exactly one answer")
        }
        return response
    }

    /// Gives the call up; the server sees a cancellation.
    public func cancel() { call.cancel() }

    /// What `for try await` uses, for the answers.
    public func makeAsyncIterator() -> Iterator { Iterator(stream: self) }

    /// Walks the answers of a `ClientStream`.
    public struct Iterator: AsyncIteratorProtocol {
        let stream: ClientStream

        /// See `ClientStream.receive()`.
        public mutating func next() async throws -> Response? { try await stream.receive() }
    }
}
