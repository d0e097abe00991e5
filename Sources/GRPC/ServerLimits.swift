/// What one server takes on. Each limit has a defined answer on the wire when it is passed.
public struct ServerLimits: Sendable {
    /// Longest request message in bytes; RESOURCE_EXHAUSTED beyond.
    public var maximumRequestBytes = 4 << 20
    /// Longest response message in bytes; RESOURCE_EXHAUSTED beyond.
    public var maximumResponseBytes = 4 << 20
    /// Calls at a time on one connection (SETTINGS_MAX_CONCURRENT_STREAMS). Beyond it REFUSED_STREAM, and GOAWAY for a
    /// client that has acknowledged the limit.
    public var maximumStreams = 100
    /// Names and values of one call's headers, 32 bytes added for each (RFC 9113 section 6.5.2);
    /// RESOURCE_EXHAUSTED beyond.
    public var maximumHeaderBytes = 16 << 10
    /// Connections at a time; closed right after accepting beyond.
    public var maximumConnections = 10_000
    /// Bytes that a stream may have in flight before its handler takes them.
    public var streamWindow = 256 << 10
    /// Bytes that all streams of a connection may have in flight.
    public var connectionWindow = 4 << 20
    /// Bytes of responses that a call queues before `send` waits.
    public var sendBuffer = 64 << 10

    // MARK: - Times. They are looked at every five seconds at least, and four times in the shortest of them.

    /// From accepting to the client's first SETTINGS frame; closed beyond.
    public var handshakeTimeout = Duration.seconds(10)
    /// From the first to the last frame of one call's headers; GOAWAY beyond.
    public var headersTimeout = Duration.seconds(10)
    /// A connection without calls is ended in order after this time; nil keeps it.
    public var maximumIdle: Duration? = .seconds(15 * 60)
    /// A connection is ended in order after this time, give or take a tenth, so that clients spread anew over servers;
    /// nil keeps it.
    public var maximumAge: Duration? = .seconds(2 * 3600)
    /// What calls get that still run when their connection has reached its age; cut off beyond.
    public var maximumAgeGrace = Duration.seconds(10 * 60)
    /// Silence after which a PING asks whether the client is still there; nil never asks.
    public var keepaliveInterval: Duration? = .seconds(60)
    /// How long it may take to answer that, and for the network to confirm what was sent to it; closed beyond.
    public var keepaliveTimeout = Duration.seconds(20)

    // MARK: - Frames that cost work and carry none. GOAWAY with ENHANCE_YOUR_CALM beyond.

    /// Streams that a client may reset, or make the server reset, at once, and then per second (CVE-2023-44487).
    public var resetBurst = 1000
    public var resetsPerSecond = 33
    /// PING, SETTINGS, PRIORITY and unknown frames at once, and then per second. Two more for each frame that the
    /// server sends for a call.
    public var controlBurst = 200
    public var controlsPerSecond = 10
    /// DATA frames without data that do not end their stream, at once, and then per second.
    public var emptyFrameBurst = 100
    public var emptyFramesPerSecond = 10
    /// CONTINUATION frames of one block of headers. The HTTP/2 library takes no more than 8.
    public var maximumContinuations = 8

    public init() {}
}
