internal import EventLoop

/// Moves to a loop for the length of one operation.
///
/// The bodies are `@concurrent`, because only such a function looks at the task's executor when it begins; one
/// that stays with its caller would run on the caller's thread until it first suspends. It also leaves the
/// caller's actor, and some actors have threads of their own, the main actor above all.
enum LoopHop {
    static func run<Result: Sendable>(
        on loop: EventLoop, _ body: @concurrent @Sendable () async throws -> Result
    ) async throws -> Result {
        if loop.isCurrent { return try await body() }
        return try await withTaskExecutorPreference(loop) { try await body() }
    }

    static func read<Result: Sendable>(
        on loop: EventLoop, _ body: @concurrent @Sendable () async -> Result
    ) async -> Result {
        if loop.isCurrent { return await body() }
        return await withTaskExecutorPreference(loop) { await body() }
    }
}
