public import API
public import GRPC
internal import SwiftProtobuf
internal import Synchronization

/// `grpc.health.v1.Health`: says whether the server and each of its services take calls.
///
/// The state is kept for names: `""` is the server as a whole. Nothing is known until it is set.
public final class HealthService: Grpc_Health_V1_HealthHandler {
    /// Whether a service takes calls.
    public enum State: Sendable {
        case serving, notServing
    }

    private struct Registry {
        var states: [String: State] = [:]
        var watchers: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var nextWatcher: UInt64 = 0
        var isShutDown = false
    }
    private let registry = Mutex(Registry())

    /// Knows no service yet; see `set(_:for:)`.
    public init() {}

    /// Sets the state of `services` and tells their watchers. Without effect after `shutDown()`.
    public func set(_ state: State, for services: [String]) {
        let watchers = registry.withLock { registry in
            guard !registry.isShutDown else { return [AsyncStream<Void>.Continuation]() }
            for service in services { registry.states[service] = state }
            return Array(registry.watchers.values)
        }
        // Outside the lock: waking a task may run it here and now when its loop has ended.
        for watcher in watchers { watcher.yield() }
    }

    /// Says once and for all that no service takes calls, and ends every watch, so that a graceful shutdown need not
    /// wait for watchers.
    public func shutDown() {
        let watchers = registry.withLock { registry in
            registry.isShutDown = true
            for service in registry.states.keys { registry.states[service] = .notServing }
            return Array(registry.watchers.values)
        }
        for watcher in watchers {
            watcher.yield()
            watcher.finish()
        }
    }

    /// Watches under way.
    var watcherCount: Int { registry.withLock { $0.watchers.count } }

    // MARK: - Calls

    /// The state of one service; `NOT_FOUND` for a name that was never set.
    public func check(
        _ request: Grpc_Health_V1_HealthCheckRequest, _ call: ServerCall
    ) async throws -> Grpc_Health_V1_HealthCheckResponse {
        let status = status(of: request.service)
        guard status != .serviceUnknown else { throw Status(.notFound, "no such service") }
        return HealthService.response(status)
    }

    /// The state of one service now and after every change. Ends with `UNAVAILABLE` at `shutDown()`.
    public func watch(
        _ request: Grpc_Health_V1_HealthCheckRequest,
        _ responses: ResponseWriter<Grpc_Health_V1_HealthCheckResponse>, _ call: ServerCall
    ) async throws {
        let (watcher, changes) = subscribe()
        defer { unsubscribe(watcher) }
        var last: Grpc_Health_V1_HealthCheckResponse.ServingStatus?
        // A change is only a hint to look: however many come while a slow caller reads, the newest state is sent.
        for await _ in changes {
            let status = status(of: request.service)
            guard status != last else { continue }
            try await responses.write(HealthService.response(status))
            last = status
        }
        try Task.checkCancellation()
        throw Status(.unavailable, "the server is shutting down")
    }

    private func status(of service: String) -> Grpc_Health_V1_HealthCheckResponse.ServingStatus {
        switch registry.withLock({ $0.states[service] }) {
        case .serving: .serving
        case .notServing: .notServing
        case nil: .serviceUnknown
        }
    }

    private static func response(
        _ status: Grpc_Health_V1_HealthCheckResponse.ServingStatus
    ) -> Grpc_Health_V1_HealthCheckResponse {
        .with { $0.status = status }
    }

    // MARK: - Watchers

    private func subscribe() -> (UInt64, AsyncStream<Void>) {
        let (changes, watcher) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        watcher.yield()  // the present state is the first message
        return registry.withLock { registry in
            let identifier = registry.nextWatcher
            registry.nextWatcher += 1
            registry.watchers[identifier] = watcher
            if registry.isShutDown { watcher.finish() }
            return (identifier, changes)
        }
    }

    private func unsubscribe(_ watcher: UInt64) {
        registry.withLock { _ = $0.watchers.removeValue(forKey: watcher) }
    }
}
