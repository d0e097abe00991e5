internal import EventLoop

/// Moves to a loop for the length of one operation.
enum LoopHop {
    static func run<Result: Sendable>(
        on loop: EventLoop, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        loop.isCurrent ? try await body() : try await hop(to: loop, body)
    }

    static func read<Result: Sendable>(on loop: EventLoop, _ body: @Sendable () -> Result) async -> Result {
        loop.isCurrent ? body() : await hopAndRead(loop, body)
    }

    /// `@concurrent` leaves the caller's actor first: some have threads of their own, the main actor above all.
    @concurrent private static func hop<Result: Sendable>(
        to loop: EventLoop, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withTaskExecutorPreference(loop) { try await body() }
    }

    @concurrent private static func hopAndRead<Result: Sendable>(
        _ loop: EventLoop, _ body: @Sendable () -> Result
    ) async -> Result {
        await withTaskExecutorPreference(loop) { body() }
    }
}
