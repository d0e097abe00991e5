internal import EventLoop
internal import TLS

/// The connection of a client and how it comes about. Confined to its loop.
///
/// States: *idle*, *connecting* (one attempt for all calls that wait), *ready*, *closed* for good. A call in
/// *idle* begins an attempt. For some time after one that has failed, calls fail at once; those that wait for the
/// server begin the next attempt, when that time is over.
final class ClientCore: @unchecked Sendable {  // confined to its loop
    private enum State {
        case idle
        case connecting
        case ready(ClientConnection)
        case closed
    }

    let loop: EventLoop
    let configuration: ClientConfiguration
    private var state = State.idle
    private var tls: TLSContext?
    private var backoff = Backoff()
    private var retryAt: UInt64 = 0
    private var attempts = 0
    private var failure: Status?
    private var waiters: [UnsafeContinuation<Void, Never>] = []
    /// Connections that still have calls or are being made; they must not be released before they are closed.
    private var alive: [ObjectIdentifier: ClientConnection] = [:]
    private var onOutcome: ((Outcome) -> Void)?
    /// Waits for the TCP connection that is being made.
    private var connecting: FileWatch?

    private enum Outcome {
        case ready(ClientConnection)
        case failed(Status)
    }

    private static let maximumTries = 3

    init(loop: EventLoop, configuration: ClientConfiguration) {
        self.loop = loop
        self.configuration = configuration
    }

    private var target: String { "\(configuration.host):\(configuration.port)" }

    // MARK: - Calls

    func unary(
        _ method: MethodDescriptor, _ request: [UInt8], _ options: CallOptions, _ deadline: UInt64?
    ) async throws -> [UInt8] {
        assert(loop.isCurrent, "a client's state is used on its loop")
        guard request.count <= configuration.maximumMessageBytes else {
            throw Status(
                .resourceExhausted,
                "a message of \(request.count) bytes is over the limit of \(configuration.maximumMessageBytes) bytes")
        }
        for attempt in 1... {
            let call = OutgoingCall(
                loop: loop, method: method, options: options, deadline: deadline, configuration: configuration,
                waitsForEnd: true)
            do {
                return try await withTaskCancellationHandler {
                    call.outbox.append(request)
                    call.outbox.finish()
                    try await begin(call)
                    return try await call.response()
                } onCancel: {
                    call.cancel()
                }
            } catch  where mayTryAgain(call) && attempt < ClientCore.maximumTries {
                continue
            }
        }
        throw Status(.internal)
    }

    /// Whether the server has not begun to work on the call, or would do nothing else if it worked on it twice.
    private func mayTryAgain(_ call: OutgoingCall) -> Bool {
        guard case .closed = state else { return call.isRefused || call.isLost && call.options.isIdempotent }
        return false
    }

    func open(_ method: MethodDescriptor, _ options: CallOptions, _ deadline: UInt64?) async throws -> ClientCall {
        assert(loop.isCurrent, "a client's state is used on its loop")
        let call = OutgoingCall(
            loop: loop, method: method, options: options, deadline: deadline, configuration: configuration,
            waitsForEnd: false)
        try await withTaskCancellationHandler {
            try await begin(call)
        } onCancel: {
            call.cancel()
        }
        return ClientCall(call)
    }

    /// Gives the call a connection, making one if there is none.
    private func begin(_ call: OutgoingCall) async throws {
        while true {
            if let status = call.status { throw status }
            switch state {
            case .ready(let connection):
                if connection.begin(call) {
                    if let status = call.status { throw status }
                    return
                }
                state = .idle
                connection.leave()
            case .closed: call.fail(Status(.unavailable, "the client is closed"))
            case .idle, .connecting:
                if let failure = failureAtOnce(call) {
                    call.fail(failure)
                } else if case .idle = state {
                    connect()
                } else {
                    await waitForOutcome(call)
                }
            }
        }
    }

    /// Who does not wait for the server is not kept waiting until the next attempt either (gRPC,
    /// doc/wait-for-ready.md): it is told how the last one failed.
    private func failureAtOnce(_ call: OutgoingCall) -> Status? {
        call.options.waitsForReady || retryAt <= EventLoop.now ? nil : failure
    }

    private func waitForOutcome(_ call: OutgoingCall) async {
        let attempt = attempts
        call.onEarlyEnd = { [unowned self] in wake() }
        await withUnsafeContinuation { waiters.append($0) }
        guard call.status == nil else { return }
        call.onEarlyEnd = nil
        if attempts != attempt, let failure, !call.options.waitsForReady { call.fail(failure) }
    }

    private func wake() {
        let woken = waiters
        waiters = []
        for waiter in woken { waiter.resume() }
    }

    // MARK: - Connecting

    private func connect() {
        state = .connecting
        loop.spawn { [self] in
            do {
                let connection = try await establish()
                settle(.ready(connection), nil)
            } catch let status as Status {
                settle(.idle, status)
            } catch {
                settle(.idle, Status(.unavailable, "cannot connect to \(target): \(error)"))
            }
        }
    }

    private func settle(_ next: State, _ failure: Status?) {
        guard case .connecting = state else {
            if case .ready(let late) = next { late.leave() }  // closed in the meantime
            return
        }
        self.failure = failure
        if failure == nil {
            backoff.reset()
            retryAt = 0
        } else {
            var generator = SystemRandomNumberGenerator()
            retryAt = EventLoop.now + backoff.next(using: &generator)
            attempts += 1
        }
        state = next
        if case .ready(let connection) = next, connection.phase != .open { state = .idle }
        wake()
    }

    private func establish() async throws -> ClientConnection {
        let now = EventLoop.now
        if retryAt > now { try await loop.pause(for: .nanoseconds(Int64(clamping: retryAt - now))) }
        let configuration = configuration
        let known = tls
        // Files and names are read on the global pool, because both can block.
        let (context, addresses) = try await Task.detached {
            let context = try known ?? configuration.tls.map { try TLSContext($0) }
            let addresses = try SocketAddress.resolve(
                host: configuration.host, port: configuration.port, forListening: false)
            return (context, addresses)
        }.value
        tls = context
        var last = Status(.unavailable, "cannot connect to \(target): the name stands for no address")
        for address in addresses {
            switch await attempt(address) {
            case .ready(let connection): return connection
            case .failed(let status): last = status
            }
        }
        throw last
    }

    /// One address: TCP, TLS, and the server's SETTINGS, within the time for connecting.
    private func attempt(_ address: SocketAddress.Resolved) async -> Outcome {
        let descriptor: Int32
        switch SocketAddress.connect(address) {
        case .success(let begun):
            descriptor = begun
            SocketAddress.limitSilence(begun, configuration.keepaliveTimeout)
        case .failure(let error): return .failed(ConnectFailure.refused(target, error))
        }
        let socket: Socket
        do {
            let host = configuration.host
            let records = LoopResources.of(loop).records
            let secured = try tls.map {
                try TLSConnection(context: $0, descriptor: descriptor, host: host, output: records)
            }
            socket = Socket(descriptor: descriptor, tls: secured)
        } catch {
            _ = Socket(descriptor: descriptor, tls: nil)  // closes the descriptor
            return .failed(Status(.unavailable, "cannot connect to \(target): \(error)"))
        }
        return await settled(socket)
    }

    /// Resumed by whichever comes first: readiness, failure, or the timer; `onOutcome` is nil from then on.
    private func settled(_ socket: Socket) async -> Outcome {
        let timer = LoopTimer(loop: loop) { [unowned self] in
            onOutcome?(.failed(ConnectFailure.timedOut(target)))
        }
        timer.start(after: configuration.connectTimeout)
        let watch = FileWatch(loop: loop, descriptor: socket.descriptor) { [unowned self] _ in connected(socket) }
        connecting = watch
        let outcome = await withUnsafeContinuation { continuation in
            onOutcome = { [unowned self] outcome in
                onOutcome = nil
                continuation.resume(returning: outcome)
            }
            watch.interest = .writable
        }
        timer.close()
        connecting?.close()
        connecting = nil
        if case .failed(let status) = outcome {
            for connection in alive.values where !connection.isReady { connection.close(status) }
        }
        return outcome
    }

    private func connected(_ socket: Socket) {
        connecting?.close()
        connecting = nil
        let error = SocketAddress.pendingError(socket.descriptor)
        guard error == 0 else {
            onOutcome?(.failed(ConnectFailure.refused(target, SocketAddress.ConnectError(number: error))))
            return
        }
        let connection = ClientConnection(loop: loop, socket: socket, configuration: configuration) {
            [weak self] connection, event in
            self?.handle(connection, event)
        }
        alive[ObjectIdentifier(connection)] = connection
        connection.start()
    }

    private func handle(_ connection: ClientConnection, _ event: ClientConnection.Event) {
        switch event {
        case .ready: onOutcome?(.ready(connection))
        case .leaving: retire(connection)
        case .closed(let reason, let error):
            retire(connection)
            // Released after this event: the connection is still at work on closing.
            let closed = alive.removeValue(forKey: ObjectIdentifier(connection))
            loop.execute { _ = closed }
            if !connection.isReady { onOutcome?(.failed(ConnectFailure.status(target, reason, error))) }
        }
    }

    private func retire(_ connection: ClientConnection) {
        if case .ready(let current) = state, current === connection { state = .idle }
    }

    // MARK: - The end

    func close() {
        assert(loop.isCurrent, "a client's state is used on its loop")
        state = .closed
        let reason = Status(.unavailable, "the client is closed")
        for connection in alive.values { connection.terminate(.shutdown, reason) }
        onOutcome?(.failed(reason))
        wake()
    }
}
