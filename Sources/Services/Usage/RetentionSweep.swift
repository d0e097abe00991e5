internal import API
internal import Audit
internal import Domain
internal import Foundation
public import Logging
internal import Register
public import Store

/// Deletes usage records whose retention is over, month by month: what the charter gives up and no settlement can still
/// ask for. Rollups stay, and so do the batches with the roots of what they held.
///
/// Every server sweeps. A month is dropped together with its entry under the lock of the consortium's register, and
/// looked at again under it, so that it is dropped once (docs/decisions/0033).
public struct RetentionSweep: Sendable {
    /// What became of a month whose retention is over.
    public enum Outcome: Sendable, Equatable {
        case dropped(consortium: String, month: String, records: Int64)
        /// It stays, and so do the months behind it.
        case kept(consortium: String, month: String, reason: String)
    }

    /// Why a month is not dropped.
    private struct Obstacle: Error {
        let reason: String
    }

    private let store: Store
    private let logger: Logger

    public init(store: Store, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Does what is due. What fails is left to the next sweep and does not keep the rest waiting.
    @discardableResult
    public func run(today: CivilDay = .now) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for (id, code, months) in try await store.reader(.server(in: [:])).consortiaWithRetention() {
            guard let retention = UsageRetention(months: months) else { continue }
            let caller = Participant(principal: .server(in: [code: id]), consortium: id, code: code)
            let candidates = try await store.reader(caller.principal).monthsWithUsage(in: id)
            for month in candidates.prefix(while: { retention.isOver(for: $0, on: today.date) }) {
                let outcome = await attempt(month, caller)
                if let outcome { outcomes.append(outcome) }
                guard case .dropped? = outcome else { break }
            }
        }
        try await store.dropEmptyUsagePartitions()
        return outcomes
    }

    /// Nil where another server was first.
    private func attempt(_ month: Domain.CivilDate, _ caller: Participant) async -> Outcome? {
        let name = String(month.description.prefix(7))
        do {
            return try await drop(month, caller).map {
                .dropped(consortium: caller.code, month: name, records: $0)
            }
        } catch {
            let reason = (error as? Obstacle)?.reason ?? (error as? Failure)?.message ?? "\(error)"
            // What lies in an open period is nothing to worry about.
            if (error as? Failure)?.reason != .invalidState {
                logger.error(
                    "usage past its retention was not deleted",
                    metadata: ["consortium": "\(caller.code)", "month": "\(name)", "cause": "\(reason)"])
            }
            return .kept(consortium: caller.code, month: name, reason: reason)
        }
    }

    /// - Returns: how many records were deleted; nil where it was done before.
    private func drop(_ month: Domain.CivilDate, _ caller: Participant) async throws -> Int64? {
        try await store.write(as: caller.principal, within: Limits.retentionTime) { session in
            let consortium = caller.consortium
            try await requireClosed(month, session, consortium)
            let members = try await UsageMembers(reader: session, consortium: consortium)
            for (batch, kept) in try await session.usageBatches(in: consortium, reachingBeyond: month) {
                try await requireUntouched(batch, kept, members, session, consortium)
            }
            // Most of the work is done before the lock, which everybody else waits for; what has come since, under it.
            var counts = try await session.dropUsage(of: month, in: consortium)
            let head = try await session.head(of: consortium)
            if let kept = try await session.usageKeptFrom(in: consortium), month < kept { return nil }
            try await requireClosed(month, session, consortium)
            for (application, count) in try await session.dropUsage(of: month, in: consortium) {
                counts[application, default: 0] += count
            }
            let remainders = try await remainders(beyond: month, members, session, consortium)
            let roots = try await session.usageRoots(of: month, in: consortium)
            let drop = DroppedUsage(
                month: month, recordCount: counts.values.reduce(0, +), batchCount: roots.count,
                rootsDigest: roots.digest)
            try await session.record(
                drop, remainders: remainders, in: consortium, recordedFrom: head.nextPosition)
            try head.append(
                .usageDropped(try await entry(drop, counts, session, caller)), to: caller.name,
                by: caller.principal, for: try .none)
            return drop.recordCount
        }
    }

    /// What is not closed may still be settled.
    private func requireClosed(_ month: Domain.CivilDate, _ session: Session, _ consortium: Int32) async throws {
        let calendar = try PeriodCalendar(try await session.periods(in: consortium))
        let end = month.endOfMonth.adding(days: 1)
        try calendar.requireClosed(try Domain.DateRange(month, end, field: "month"), to: "delete usage records")
    }

    /// A batch that is left in part gets a root anew: only when it still bears the old one, or what somebody edited by
    /// hand would be taken for what was reported.
    private func requireUntouched(
        _ batch: UsageBatchHead, _ kept: UsageCommitment, _ members: UsageMembers, _ session: Session,
        _ consortium: Int32
    ) async throws {
        let member = try members.member(of: batch, try await session.usageRecords(of: batch, in: consortium))
        guard member.rowCount == kept.rowCount, member.root.bytes == kept.root else {
            throw Obstacle(
                reason: "batch \(batch.id) is not what its entry \(batch.position) commits to; see allmende admin audit"
            )
        }
    }

    private func remainders(
        beyond month: Domain.CivilDate, _ members: UsageMembers, _ session: Session, _ consortium: Int32
    ) async throws -> [(batch: Int64, kept: UsageCommitment)] {
        var remainders: [(batch: Int64, kept: UsageCommitment)] = []
        for (batch, _) in try await session.usageBatches(in: consortium, reachingBeyond: month) {
            // Its records of the month are gone already.
            let member = try members.member(of: batch, try await session.usageRecords(of: batch, in: consortium))
            remainders.append((batch.id, UsageCommitment(rowCount: member.rowCount, root: member.root.bytes)))
        }
        return remainders
    }

    private func entry(
        _ drop: DroppedUsage, _ counts: [Int32: Int64], _ session: Session, _ caller: Participant
    ) async throws -> UsageDropped {
        var entry = UsageDropped()
        entry.month = API.CivilDate(drop.month)
        entry.applications = try await session.applications(in: caller.consortium)
            .filter { counts[$0.id] != nil }.sorted { $0.code < $1.code }.map { application in
                var count = UsageDroppedCount()
                count.application = "\(caller.name)/applications/\(application.code)"
                count.recordCount = counts[application.id] ?? 0
                return count
            }
        entry.batchCount = drop.batchCount
        entry.rootsSha256 = Data(drop.rootsDigest)
        return entry
    }
}
