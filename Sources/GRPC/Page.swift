/// Answers a plain HTTP request on the port of the calls.
public typealias PageHandler = @Sendable (_ call: ServerCall) async throws -> Page

/// The answer to a plain HTTP GET.
public struct Page: Sendable {
    /// For example "text/plain; charset=utf-8".
    public var contentType: String
    public var body: [UInt8]

    public init(contentType: String, body: [UInt8]) {
        self.contentType = contentType
        self.body = body
    }

    /// The HTTP status for a handler that failed: who may not is told so, all else stays inside.
    static func httpStatus(of status: Status) -> Int {
        switch status.code {
        case .ok: 200
        case .unauthenticated, .permissionDenied: 403
        case .notFound: 404
        case .resourceExhausted: 429
        case .unavailable: 503
        default: 500
        }
    }
}
