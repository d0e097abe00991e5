internal import API
internal import Domain
internal import Foundation
internal import GRPC
internal import Store
internal import UsageWire

/// One stream of batches: the next one is decoded, checked and hashed while the database stores the one before.
struct UsageIngestion: Sendable {
    let backend: Backend
    let call: ServerCall

    func run() async throws {
        let principal = try await backend.authorise(call, as: [.municipality])
        let preparation = UsagePreparation(backend: backend, principal: principal)
        guard var current = try await next(preparation) else { return }
        while true {
            async let following = next(preparation)
            try await call.send(try await store(current))
            guard let batch = try await following else { return }
            current = batch
        }
    }

    private func next(_ preparation: UsagePreparation) async throws -> PreparedUsageBatch? {
        guard let message = try await call.receive() else { return nil }
        return try await preparation.prepare(message)
    }

    /// Stores a batch once, whole or not at all, and returns its receipt.
    private func store(_ batch: PreparedUsageBatch) async throws -> [UInt8] {
        let partitions = try await partitionNames(batch)
        do {
            return try await backend.store.write(as: batch.context.caller.principal) { session in
                if let receipt = try await session.firstAnswer(to: batch.stamp.id, digest: batch.stamp.digest) {
                    return UsageReceipt.replayed(receipt)
                }
                return try await write(batch, into: partitions, session)
            }
        } catch let failure as Failure where failure.reason == .duplicateRecord {
            throw try await UsageDuplicates(backend: backend, batch: batch).failure()
        }
    }

    private func partitionNames(_ batch: PreparedUsageBatch) async throws -> [String] {
        var names: [String] = []
        for month in batch.months { names.append(try await backend.partitions.name(for: month.month)) }
        return names
    }

    /// COPY first: the register's lock is taken last and held for the shortest time.
    private func write(
        _ batch: PreparedUsageBatch, into partitions: [String], _ session: Session
    ) async throws -> [UInt8] {
        for (month, partition) in zip(batch.months, partitions) { try await session.copy(month, into: partition) }
        let caller = batch.context.caller
        let head = try await session.head(of: caller.consortium)
        try await session.insert(batch.row, in: caller.consortium, recordedFrom: head.nextPosition)
        var change = UsageBatchRecorded()
        change.application = batch.context.parent
        change.sourceID = String(decoding: batch.context.sourceCode, as: UTF8.self)
        change.rowCount = Int64(batch.row.rowCount)
        change.rowRoot = .init(batch.row.rowRoot)
        let position = try head.append(
            .usageBatchRecorded(change), to: caller.name, by: caller.principal, for: batch.stamp)
        let receipt = UsageReceipt(
            requestID: batch.stamp.text, registerPosition: position, rowRoot: batch.row.rowRoot,
            recordCount: Int64(batch.row.rowCount), isReplayed: false)
        let answer = receipt.serialized()
        try await session.remember(batch.stamp.id, digest: batch.stamp.digest, answer: answer)
        return answer
    }
}
