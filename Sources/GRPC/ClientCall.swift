internal import EventLoop

/// One call as its caller sees it. Its functions may be used from any task: they move to the call's loop.
///
/// A call that nobody holds any more is cancelled, such as after a `break` out of the loop over its messages.
public final class ClientCall: Sendable {
    private let call: OutgoingCall

    init(_ call: OutgoingCall) { self.call = call }

    deinit { call.cancel() }

    public var method: MethodDescriptor { call.method }

    /// Sends a message, waiting while the server does not read.
    /// - Parameter compressed: false sends this one as it is in a call that compresses its requests.
    /// - Throws: the call's `Status` when it has ended, `.resourceExhausted` when the message is too long.
    public func send(_ message: [UInt8], compressed: Bool = true) async throws {
        try await LoopHop.run(on: call.loop) { [call] in try await call.sendOnLoop(message, compressed: compressed) }
    }

    /// Half-closes: no message will follow.
    public func finish() async throws {
        try await LoopHop.run(on: call.loop) { [call] in call.finishSending() }
    }

    /// The next message; nil when the call has ended with OK.
    /// - Throws: the call's `Status` when it has ended otherwise.
    public func receive() async throws -> [UInt8]? {
        try await LoopHop.run(on: call.loop) { [call] in try await call.receiveOnLoop() }
    }

    /// Whether the message received last had come compressed.
    public var receivedCompressed: Bool {
        get async { await LoopHop.read(on: call.loop) { [call] in call.inbox.wasCompressed } }
    }

    /// Gives the call up, from any thread; the server's handler is cancelled.
    public func cancel() { call.cancel() }

    /// The server's metadata before the first message; empty until then.
    public var initialMetadata: Metadata {
        get async { await LoopHop.read(on: call.loop) { [call] in call.initialMetadata } }
    }

    /// The server's metadata after the last message; empty until then.
    public var trailers: Metadata {
        get async { await LoopHop.read(on: call.loop) { [call] in call.status?.metadata ?? Metadata() } }
    }
}
