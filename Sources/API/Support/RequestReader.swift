public import GRPC
public import SwiftProtobuf

/// The requests of a call whose caller streams, in the order sent.
public struct RequestReader<Request: Message>: AsyncSequence, Sendable {
    private let call: ServerCall

    /// Reads the requests of `call`; one reader per call.
    public init(_ call: ServerCall) { self.call = call }

    /// The next request, or nil once the caller has sent its last.
    ///
    /// - Throws: `Status` with `INVALID_ARGUMENT` for a malformed message; `CancellationError` when the call has ended.
    public func next() async throws -> Request? {
        guard let bytes = try await call.receive() else { return nil }
        return try MessageCoding.decodeRequest(bytes)
    }

    /// What `for try await` uses.
    public func makeAsyncIterator() -> Iterator { Iterator(reader: self) }

    /// Walks a `RequestReader`.
    public struct Iterator: AsyncIteratorProtocol {
        let reader: RequestReader

        /// See `RequestReader.next()`.
        public mutating func next() async throws -> Request? { try await reader.next() }
    }
}

extension RequestReader {
    /// The one request of a call that takes exactly one.
    ///
    /// - Throws: `UNIMPLEMENTED` for none or several, as gRPC's list of status codes says of wrong cardinality.
    func single() async throws -> Request {
        guard let request = try await next(), try await call.receive() == nil else {
            throw Status(.unimplemented, "the method takes exactly one request")
        }
        return request
    }
}
