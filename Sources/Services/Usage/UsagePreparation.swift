internal import Domain
internal import GRPC
internal import Register
internal import Store
internal import UsageWire

/// Turns the messages of one stream into batches that are ready to store: decoded, checked, hashed and laid out for
/// COPY in one pass over the records. An actor, because the next batch is prepared while the last one is stored; like
/// all default actors it runs on the loop of the task that calls it.
actor UsagePreparation {
    private let backend: Backend
    private let call: ServerCall
    private let hasher = TreeHasher()
    private var context: UsageContext?

    init(backend: Backend, call: ServerCall) {
        self.backend = backend
        self.call = call
    }

    /// Checks a message and prepares its batch.
    ///
    /// - Throws: `Failure` when the batch as a whole is wrong.
    func prepare(_ message: [UInt8]) async throws -> PreparedUsageBatch {
        // Asked for each batch: a stream may outlive a mandate.
        let principal = try await backend.authorise(call, as: [.municipality])
        if let context, !context.isNewSource, context.holds(for: principal) {
            let next = try await backend.store.reader(context.caller.principal)
                .nextUsageBatch(in: context.caller.consortium)
            if next.settings == context.settings,
                let batch = try UsageFailure.mapping({ try prepare(message, in: context, number: next.number) })
            {
                return batch
            }
        }
        return try await prepare(message, anewFor: principal)
    }

    /// Prepares a batch again, with nothing that was looked up before.
    func prepareAnew(_ batch: PreparedUsageBatch) async throws -> PreparedUsageBatch {
        try await prepare(batch.message, anewFor: try await backend.authorise(call, as: [.municipality]))
    }

    /// The first batch of a stream, one for another application, or one after a change: looks the names up.
    private func prepare(_ message: [UInt8], anewFor principal: Principal) async throws -> PreparedUsageBatch {
        let (parent, source) = try UsageFailure.mapping {
            try UsageBatch.withDecoded(message) { ($0.parent, $0.sourceID) }
        }
        let fresh = try await UsageContext(parent: parent, source: source, backend: backend, principal: principal)
        context = fresh
        let number = try await backend.store.reader(fresh.caller.principal)
            .nextUsageBatch(in: fresh.caller.consortium).number
        guard let batch = try UsageFailure.mapping({ try prepare(message, in: fresh, number: number) }) else {
            throw Failure(.internal, "a batch does not fit the context that was made for it")
        }
        return batch
    }

    /// The batch, or nil when it is for another application or source than the context.
    private func prepare(
        _ message: [UInt8], in context: UsageContext, number: Int64
    ) throws -> PreparedUsageBatch? {
        try UsageBatch.withDecoded(message) { batch in
            guard batch.parent == context.parent, batch.sourceID.utf8.elementsEqual(context.sourceCode) else {
                return nil
            }
            let stamp = try RequestStamp(batch.requestID, digestOf: message)
            guard (1...Limits.usageBatch).contains(batch.count) else { throw UsageFailure.size(batch.count) }
            return PreparedUsageBatch(
                context: context, stamp: stamp, number: number, message: message, supersedes: batch.supersedes,
                layout: try UsageLayoutBuilder(context: context, number: number, hasher: hasher).layOut(batch))
        }
    }
}
