public import GRPC
public import SwiftProtobuf

/// What generated clients use.
extension Client {
    /// Makes a call with one request and one answer.
    ///
    /// - Throws: `Status` when the call failed.
    public func call<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ request: Request, _ options: CallOptions
    ) async throws -> Response {
        try await MessageCoding.decodeResponse(unary(method, MessageCoding.encode(request), options: options))
    }

    /// Opens a call whose requests stream.
    ///
    /// - Throws: `Status` when it cannot be opened.
    public func openStream<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ options: CallOptions
    ) async throws -> ClientStream<Request, Response> {
        try await ClientStream(open(method, options: options))
    }

    /// Opens a call with one request, sends it, and leaves the answers to read.
    ///
    /// - Throws: `Status` when it cannot be opened or the request cannot be sent.
    public func openStream<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ request: Request, _ options: CallOptions
    ) async throws -> ClientStream<Request, Response> {
        let stream: ClientStream<Request, Response> = try await openStream(method, options)
        do {
            try await stream.send(request)
            try await stream.finish()
        } catch {
            stream.cancel()
            throw error
        }
        return stream
    }
}
