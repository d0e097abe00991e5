/// Answers a unary call.
public typealias UnaryHandler = @Sendable (_ request: [UInt8], _ call: ServerCall) async throws -> [UInt8]
/// Serves a streaming call; returning ends it with OK.
public typealias StreamHandler = @Sendable (_ call: ServerCall) async throws -> Void

/// Which handler serves which method, and the one place for what concerns all of them.
public struct Router: Sendable {
    enum Handler: Sendable {
        case unary(UnaryHandler)
        case stream(StreamHandler)
        case page(PageHandler)
    }

    private(set) var handlers: [MethodDescriptor: Handler] = [:]
    /// Plain HTTP beside gRPC, by path.
    private(set) var pages: [String: PageHandler] = [:]

    /// Turns whatever a handler throws into a status. By default a `Status` passes, a `CancellationError` is
    /// `.cancelled`, and all else is `.internal` without text, so that nothing leaks.
    public var mapError: @Sendable (any Error, ServerCall) -> Status = { error, _ in
        switch error {
        case let status as Status: status
        case is CancellationError: Status(.cancelled)
        default: Status(.internal)
        }
    }

    /// Called once at the end of every call, on the call's loop: the one place that sees all of them.
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

    /// Answers `GET` of a path; other methods of HTTP are refused with 405.
    public mutating func page(_ path: String, _ handler: @escaping PageHandler) {
        precondition(path.hasPrefix("/") && pages[path] == nil, "\(path) has a handler already")
        pages[path] = handler
    }

    /// All methods, sorted by path.
    public var methods: [MethodDescriptor] { handlers.keys.sorted { $0.path < $1.path } }
}
