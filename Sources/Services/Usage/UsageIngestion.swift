internal import Domain
internal import GRPC

/// One stream of batches: the next one is decoded, checked and hashed while the database stores the one before.
struct UsageIngestion: Sendable {
    private let call: ServerCall
    private let intake: UsageIntake
    private let preparation: UsagePreparation

    init(backend: Backend, call: ServerCall) {
        self.call = call
        intake = UsageIntake(backend: backend)
        preparation = UsagePreparation(backend: backend, call: call)
    }

    func run() async throws {
        guard var current = try await next() else { return }
        while true {
            async let following = next()
            try await call.send(try await intake.store(current, preparedBy: preparation))
            guard let batch = try await following else { return }
            current = batch
        }
    }

    private func next() async throws -> PreparedUsageBatch? {
        guard let message = try await call.receive() else { return nil }
        return try await preparation.prepare(message)
    }
}
