public import GRPC
public import Logging
internal import Store

/// What a server does by itself from time to time. Each step is safe to do on several servers at once, and one that
/// fails is tried again the next time.
public struct Housekeeping: Sendable {
    let backend: Backend
    let server: Server
    let logger: Logger

    public init(_ backend: Backend, server: Server, logger: Logger) {
        self.backend = backend
        self.server = server
        self.logger = logger
    }

    /// Goes on until its task is cancelled.
    /// - Parameter pause: suspends for a time.
    public func run(pause: @escaping (Duration) async throws -> Void) async {
        var untilPurge = Duration.zero
        while !Task.isCancelled {
            await attempt { try await Backend.closeConnectionsOfEnded(server, backend.store, logger) }
            await attempt { try await DeadlineSweep(backend, logger: logger).run() }
            if untilPurge <= .zero {
                await attempt { try await purge() }
                await attempt { try await backend.partitions.createAhead(of: Clock.today()) }
                await attempt { try await RetentionSweep(store: backend.store, logger: logger).run() }
                untilPurge = Limits.purgeInterval
            }
            untilPurge -= Limits.credentialInterval
            try? await pause(Limits.credentialInterval)
        }
    }

    private func attempt(_ step: () async throws -> Void) async {
        do {
            try await step()
        } catch {
            logger.warning("housekeeping has failed and will be tried again", metadata: ["error": "\(error)"])
        }
    }

    private func purge() async throws {
        while try await backend.store.purgeRequestRecords(limit: Limits.purgedRequests) == Limits.purgedRequests {}
    }
}
