public import TLS

/// Where a client connects to, and what it accepts.
public struct ClientConfiguration: Sendable {
    public var host: String
    public var port: Int
    /// Nil speaks clear text (HTTP/2 with prior knowledge), for tests and measurements only.
    public var tls: TLSClientConfiguration?
    /// Longest message in bytes, sent and received; RESOURCE_EXHAUSTED beyond.
    public var maximumMessageBytes = 4 << 20
    /// Names and values of a response's headers or trailers, 32 bytes added for each.
    public var maximumHeaderBytes = 64 << 10
    /// From the first packet to the server's first SETTINGS frame, for each address of the host.
    public var connectTimeout = Duration.seconds(10)
    /// Bytes that a stream may have in flight before the caller takes them.
    public var streamWindow = 1 << 20
    /// Bytes that all streams together may have in flight.
    public var connectionWindow = 16 << 20
    /// Silence after which a PING asks whether the server is still there, while calls wait for it; nil never asks.
    /// Well-known servers take more than one in five minutes for an attack; ours asks by itself every minute.
    public var keepaliveInterval: Duration? = .seconds(5 * 60)
    /// How long it may take to answer that, and for the network to confirm what was sent; the connection counts as lost
    /// beyond.
    public var keepaliveTimeout = Duration.seconds(20)
    /// Bytes of requests that a call queues before `send` waits.
    public var sendBuffer = 64 << 10

    public init(host: String, port: Int, tls: TLSClientConfiguration?) {
        self.host = host
        self.port = port
        self.tls = tls
    }
}

/// What one call asks for beside its message.
public struct CallOptions: Sendable {
    /// After this time the call fails with DEADLINE_EXCEEDED on both sides; nil waits for ever.
    public var timeout: Duration?
    public var metadata: Metadata
    /// Compresses the requests with gzip. Responses are read in either form.
    public var compressesRequests: Bool
    /// The call has the same effect however often it is made: a unary one is made again when its connection is lost
    /// before the answer. Others are made again only when the server has certainly not begun to work on them.
    public var isIdempotent = false
    /// While the server cannot be reached, waits for it until the deadline instead of failing.
    public var waitsForReady = false

    public init(timeout: Duration? = nil, metadata: Metadata = .init(), compressesRequests: Bool = false) {
        self.timeout = timeout
        self.metadata = metadata
        self.compressesRequests = compressesRequests
    }
}
