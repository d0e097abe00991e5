internal import Glibc

/// The headers of a request as they arrive, and the verdict on them. Known names are never made strings.
struct RequestHead {
    enum Verdict: Equatable {
        /// Run the method of the route that was found.
        case accept
        /// Answer with a gRPC status.
        case reject(Status)
        /// This is not gRPC: answer with an HTTP status.
        case refuse(Int)
    }

    private(set) var route: Route?
    private(set) var metadata = Metadata()
    private(set) var encoding = MessageEncoding.identity
    /// Whether responses may be compressed.
    private(set) var acceptsGzip = false
    /// Nanoseconds from the arrival of the headers, if the client has set a deadline.
    private(set) var timeout: UInt64?
    private var size = 0
    /// The caller's trace, when it named one.
    private(set) var traceParent: TraceParent?
    private(set) var traceState = ""
    private var hasTraceParent = false
    private var isPost = false
    private var isGet = false
    private var isGRPC = false
    private var acceptsTrailers = false
    private var fault: Status?

    mutating func receive(
        _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, routes: RouteTable, limit: Int
    ) {
        // RFC 9113 section 6.5.2 counts 32 bytes for each field.
        size += name.count + value.count + 32
        guard size <= limit else {
            return note(Status(.resourceExhausted, "the headers are over the limit of \(limit) bytes"))
        }
        switch name.count {
        case 5 where name.is(":path"): route = routes.find(value)
        case 7 where name.is(":method"):
            isPost = value.is("POST")
            isGet = value.is("GET")
        case 7 where name.is(":scheme"): break
        case 10 where name.is(":authority") || name.is("user-agent"): break
        case 2 where name.is("te"): acceptsTrailers = value.is("trailers")
        case 11 where name.is("traceparent"): receiveTraceParent(value)
        case 10 where name.is("tracestate"): receiveTraceState(value)
        case 12 where name.is("content-type"): isGRPC = RequestHead.isGRPC(value)
        case 12 where name.is("grpc-timeout"): receiveTimeout(value)
        case 13 where name.is("grpc-encoding"): receiveEncoding(value)
        case 20 where name.is("grpc-accept-encoding"): acceptsGzip = MessageEncoding.listsGzip(value)
        default:
            if !metadata.receive(name: name, value: value) {
                note(Status(.internal, "binary metadata is not base64"))
            }
        }
    }

    /// The first fault is the one that is told.
    private mutating func note(_ status: @autoclosure () -> Status) {
        if fault == nil { fault = status() }
    }

    /// Who sends two has sent none that can be trusted.
    private mutating func receiveTraceParent(_ value: UnsafeBufferPointer<UInt8>) {
        traceParent = hasTraceParent ? nil : TraceParent(value)
        hasTraceParent = true
    }

    /// Several fields are one list (RFC 9110 section 5.3).
    private mutating func receiveTraceState(_ value: UnsafeBufferPointer<UInt8>) {
        traceState += (traceState.isEmpty ? "" : ",") + String(decoding: value, as: UTF8.self)
        if traceState.utf8.count > TraceParent.maximumState { traceState = "" }
    }

    private mutating func receiveTimeout(_ value: UnsafeBufferPointer<UInt8>) {
        timeout = Timeout.decode(value)
        if timeout == nil { note(Status(.internal, "grpc-timeout is malformed")) }
    }

    private mutating func receiveEncoding(_ value: UnsafeBufferPointer<UInt8>) {
        if let known = MessageEncoding(value) {
            encoding = known
        } else {
            note(Status(.unimplemented, "the message encoding is not supported; see grpc-accept-encoding"))
        }
    }

    /// "application/grpc", alone or followed by "+format" or ";parameter".
    private static func isGRPC(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        let expected: StaticString = "application/grpc"
        let length = expected.utf8CodeUnitCount
        guard value.count >= length, UnsafeBufferPointer(rebasing: value.prefix(length)).is(expected) else {
            return false
        }
        return value.count == length || value[length] == UInt8(ascii: "+") || value[length] == UInt8(ascii: ";")
    }

    /// Asked once, when the headers are complete.
    func verdict() -> Verdict {
        if let route, route.isPage { return fault == nil ? isGet ? .accept : .refuse(405) : .refuse(431) }
        guard isPost else { return .refuse(405) }
        guard isGRPC else { return .refuse(415) }
        if let fault { return .reject(fault) }
        // "te: trailers" is how a proxy that would lose the status gives itself away.
        guard acceptsTrailers else { return .reject(Status(.internal, "the header te: trailers is missing")) }
        guard route != nil else { return .reject(Status(.unimplemented, "the method is not known")) }
        return .accept
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Byte-wise equality with a literal.
    func `is`(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount, let baseAddress else { return count == text.utf8CodeUnitCount }
        return memcmp(baseAddress, text.utf8Start, count) == 0
    }
}
