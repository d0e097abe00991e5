public import GRPC
public import SwiftProtobuf

/// What generated `register(_:)` functions use: typed handlers on a router that knows bytes alone.
extension Router {
    /// Routes a method with one request and one answer.
    public mutating func routeUnary<Request: Message, Response: Message>(
        _ method: MethodDescriptor,
        _ handler: @escaping @Sendable (Request, ServerCall) async throws -> Response
    ) {
        unary(method) { bytes, call in
            try await MessageCoding.encode(handler(MessageCoding.decodeRequest(bytes), call))
        }
    }

    /// Routes a method with one request and a stream of answers.
    public mutating func routeServerStreaming<Request: Message, Response: Message>(
        _ method: MethodDescriptor,
        _ handler: @escaping @Sendable (Request, ResponseWriter<Response>, ServerCall) async throws -> Void
    ) {
        stream(method) { call in
            try await handler(RequestReader(call).single(), ResponseWriter(call), call)
        }
    }

    /// Routes a method with a stream of requests and one answer.
    public mutating func routeClientStreaming<Request: Message, Response: Message>(
        _ method: MethodDescriptor,
        _ handler: @escaping @Sendable (RequestReader<Request>, ServerCall) async throws -> Response
    ) {
        stream(method) { call in
            try await ResponseWriter(call).write(handler(RequestReader(call), call))
        }
    }

    /// Routes a method with streams both ways.
    public mutating func routeBidirectional<Request: Message, Response: Message>(
        _ method: MethodDescriptor,
        _ handler:
            @escaping @Sendable (RequestReader<Request>, ResponseWriter<Response>, ServerCall) async throws -> Void
    ) {
        stream(method) { call in
            try await handler(RequestReader(call), ResponseWriter(call), call)
        }
    }
}
