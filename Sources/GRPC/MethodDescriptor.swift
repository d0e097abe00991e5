/// Who streams in a call.
public enum CallKind: Sendable, Hashable {
    case unary
    case clientStreaming
    case serverStreaming
    case bidirectionalStreaming

    /// Whether the client sends exactly one message.
    var takesOneRequest: Bool { self == .unary || self == .serverStreaming }
    /// Whether a successful call has exactly one response.
    var givesOneResponse: Bool { self == .unary || self == .clientStreaming }
}

/// One method of a service, as generated code names it.
public struct MethodDescriptor: Sendable, Hashable {
    /// The full name, for example "allmende.v1.UsageService".
    public let service: String
    public let method: String
    public let kind: CallKind
    /// "/service/method", the `:path` of its calls.
    public let path: String

    public init(service: String, method: String, kind: CallKind) {
        self.service = service
        self.method = method
        self.kind = kind
        path = "/\(service)/\(method)"
    }

    /// Stands for a page, which belongs to no service.
    init(page path: String) {
        service = ""
        method = path
        kind = .unary
        self.path = path
    }
}
