public import EventLoop

/// A gRPC client with one connection, made at the first call and made anew after it is lost.
///
/// Its functions may be used from any task: they move to the client's loop.
public final class Client: Sendable {
    private let core: ClientCore

    public init(configuration: ClientConfiguration, loop: EventLoop) {
        core = ClientCore(loop: loop, configuration: configuration)
    }

    deinit {
        // What belongs to the loop ends on the loop.
        let core = core
        core.loop.execute { core.close() }
    }

    /// Makes a call with one request and one response.
    /// - Throws: `Status`.
    public func unary(
        _ method: MethodDescriptor, _ request: [UInt8], options: CallOptions = .init()
    ) async throws -> [UInt8] {
        let deadline = Client.deadline(options)
        let core = core
        return try await LoopHop.run(on: core.loop) { try await core.unary(method, request, options, deadline) }
    }

    /// Begins a call of any kind.
    /// - Throws: `Status` when no connection can be made.
    public func open(_ method: MethodDescriptor, options: CallOptions = .init()) async throws -> ClientCall {
        let deadline = Client.deadline(options)
        let core = core
        return try await LoopHop.run(on: core.loop) { try await core.open(method, options, deadline) }
    }

    /// Closes the connection; calls on it fail, and so do later ones.
    public func close() async {
        let core = core
        await LoopHop.read(on: core.loop) { core.close() }
    }

    private static func deadline(_ options: CallOptions) -> UInt64? {
        guard let timeout = options.timeout else { return nil }
        let (seconds, attoseconds) = timeout.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = EventLoop.now.addingReportingOverflow(whole &+ UInt64(attoseconds / 1_000_000_000))
        return overflow || carry ? .max : sum
    }
}
