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
    /// From accepting to the client's first SETTINGS frame; closed beyond.
    public var handshakeTimeout = Duration.seconds(10)
    /// A connection without calls is closed after this time; nil keeps it.
    public var maximumIdle: Duration? = .seconds(15 * 60)
    /// Bytes that a stream may have in flight before its handler takes them.
    public var streamWindow = 256 << 10
    /// Bytes that all streams of a connection may have in flight.
    public var connectionWindow = 4 << 20
    /// Bytes of responses that a call queues before `send` waits.
    public var sendBuffer = 64 << 10
    /// Streams that a client may reset at once, and then per second (CVE-2023-44487); GOAWAY beyond.
    public var resetBurst = 1000
    public var resetsPerSecond = 33

    public init() {}
}
