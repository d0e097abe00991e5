/// Answers a unary call.
public typealias UnaryHandler = @Sendable (_ request: [UInt8], _ call: ServerCall) async throws -> [UInt8]
/// Serves a streaming call; returning ends it with OK.
public typealias StreamHandler = @Sendable (_ call: ServerCall) async throws -> Void

/// What is known about a call at its end.
public struct CallRecord: Sendable {
    public let method: MethodDescriptor
    public let peer: Peer
    public let status: Status
    /// Bytes of messages with their prefixes.
    public let bytesReceived: Int
    public let bytesSent: Int
    /// From the request's headers to the status.
    public let nanoseconds: UInt64
}

/// Which handler serves which method, and the one place for what concerns all of them.
public struct Router: Sendable {
    enum Handler: Sendable {
        case unary(UnaryHandler)
        case stream(StreamHandler)
    }

    private(set) var handlers: [MethodDescriptor: Handler] = [:]

    /// Turns whatever a handler throws into a status. By default a `Status` passes, a `CancellationError` is
    /// `.cancelled`, and all else is `.internal` without text, so that nothing leaks.
    public var mapError: @Sendable (any Error, ServerCall) -> Status = { error, _ in
        switch error {
        case let status as Status: status
        case is CancellationError: Status(.cancelled)
        default: Status(.internal)
        }
    }

    /// Called once at the end of every call that had a handler, on the call's loop.
    public var onFinish: (@Sendable (CallRecord) -> Void)?

    public init() {}

    public mutating func unary(_ method: MethodDescriptor, _ handler: @escaping UnaryHandler) {
        precondition(method.kind == .unary, "\(method.path) streams")
        add(method, .unary(handler))
    }

    /// Registers a handler of any other kind than unary.
    public mutating func stream(_ method: MethodDescriptor, _ handler: @escaping StreamHandler) {
        precondition(method.kind != .unary, "\(method.path) is unary")
        add(method, .stream(handler))
    }

    private mutating func add(_ method: MethodDescriptor, _ handler: Handler) {
        precondition(
            !handlers.keys.contains { $0.path == method.path }, "\(method.path) has a handler already")
        handlers[method] = handler
    }

    /// All methods, sorted by path.
    public var methods: [MethodDescriptor] { handlers.keys.sorted { $0.path < $1.path } }
}
