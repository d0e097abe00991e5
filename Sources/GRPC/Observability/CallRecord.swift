/// What is known about a call at its end.
public struct CallRecord: Sendable {
    let route: Route?
    public let peer: Peer
    public let trace: TraceContext
    public let status: Status
    public let messagesReceived: Int
    public let messagesSent: Int
    /// Bytes of messages with their prefixes, as they were on the wire.
    public let bytesReceived: Int
    public let bytesSent: Int
    /// From the request's headers to the status.
    public let nanoseconds: UInt64
    /// Position of the call's loop in its group.
    let loop: Int

    /// Nil when the call named no method of this server.
    public var method: MethodDescriptor? { route?.method }
}
