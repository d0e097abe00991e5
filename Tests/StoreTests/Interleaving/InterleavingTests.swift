import Domain
import Postgres
import Store
import TestSupport
import Testing

/// Two short sessions in every order in which their steps can meet.
@Suite(.timeLimit(.minutes(5)))
struct InterleavingTests {
    @Test func twoAppendsToARegisterFollowEachOther() async throws {
        try await withSessions { store, target in
            let all = Interleaving.all(3, 3)
            #expect(all.count == 20)
            for (round, interleaving) in all.enumerated() {
                let before = try size(target)
                let positions = try await meet(interleaving, target) { who, stage in
                    try await store.write(as: who == 0 ? Seed.member : Seed.otherMember) { session in
                        let pid = try await pid(session)
                        let head = try await stage.step(who, pid) { try await session.head(of: 1) }
                        let position = try await stage.step(who, pid) {
                            let position = head.nextPosition
                            head.append(Array("\(round) \(who)".utf8))
                            return position
                        }
                        await stage.turn(who, pid)
                        return position
                    }
                }
                #expect(Set(positions) == [before, before + 1], "\(interleaving)")
                #expect(try size(target) == before + 2, "\(interleaving)")
            }
            let entries = try target.lines(
                "SELECT position FROM register_entry WHERE register_id = 1 AND position < 1000000 ORDER BY position")
            #expect(entries == (0..<2 * all.count).map(String.init))
        }
    }

    @Test func oneRequestSentTwiceCountsOnce() async throws {
        try await withSessions { store, target in
            for (round, interleaving) in Interleaving.all(4, 4).enumerated() {
                let id = "00000000-0000-4000-8000-" + String(String(1_000_000_000_000 + round).suffix(12))
                let request = try #require(RequestID(id))
                let digest = try #require(Digest32(Array(repeating: 7, count: 32)))
                let before = try size(target)
                let answers = try await meet(interleaving, target) { who, stage in
                    try await store.write(as: Seed.member) { session in
                        let pid = try await pid(session)
                        let first = try await stage.step(who, pid) {
                            try await session.firstAnswer(to: request, digest: digest)
                        }
                        if let first { return first }
                        let head = try await stage.step(who, pid) { try await session.head(of: 1) }
                        head.append([UInt8(who)])
                        try await stage.step(who, pid) {
                            try await session.remember(request, digest: digest, answer: [UInt8(who)])
                        }
                        await stage.turn(who, pid)
                        return [UInt8(who)]
                    }
                }
                #expect(Set(answers).count == 1, "\(interleaving)")
                #expect(try size(target) == before + 1, "\(interleaving)")
            }
        }
    }

    /// Whatever meets the closing of a period was either committed before it and counts, or comes too late for it.
    @Test func whatMeetsAClosingIsBeforeOrAfterIt() async throws {
        try await withSessions { store, target in
            for (round, interleaving) in Interleaving.all(3, 3).enumerated() {
                let start = try CivilDate(year: 2100 + round, month: 1, day: 1, field: "start")
                let end = try CivilDate(year: 2101 + round, month: 1, day: 1, field: "end")
                let positions = try await meet(interleaving, target) { who, stage in
                    try await store.write(as: who == 0 ? Seed.office : Seed.member) { session in
                        let pid = try await pid(session)
                        let head = try await stage.step(who, pid) { try await session.head(of: 1) }
                        let position = try await stage.step(who, pid) {
                            let position = head.nextPosition
                            if who == 0 {
                                let period = PeriodRow(
                                    code: "y\(2100 + round)", kind: 1, start: start, end: end, state: 2,
                                    closedSize: position, position: position)
                                try await session.record(period, in: 1)
                            }
                            head.append(Array("\(round) \(who)".utf8))
                            return position
                        }
                        await stage.turn(who, pid)
                        return position
                    }
                }
                let closed = try #require(
                    try target.number("SELECT closed_size FROM period WHERE period_code = 'y\(2100 + round)'"))
                let before = try target.number(
                    "SELECT count(*) FROM register_entry WHERE register_id = 1 AND position < \(closed)")
                #expect(before == closed, "\(interleaving): what the closing counts was not all there")
                #expect(positions.filter { $0 == Int64(closed) }.count == 1, "\(interleaving)")
                #expect(Set(positions).count == 2, "\(interleaving)")
            }
        }
    }

    private func size(_ target: TestDatabase) throws -> Int64 {
        Int64(try target.number("SELECT size FROM register WHERE register_id = 1") ?? -1)
    }

    private func pid(_ session: Session) async throws -> Int32 {
        try await session.query("SELECT pg_backend_pid()").decode(Int32.self, row: 0, column: 0)
    }

    /// Runs both sessions in one order.
    /// - Returns: what each of them returns.
    private func meet<Result: Sendable>(
        _ interleaving: Interleaving, _ target: TestDatabase,
        _ session: @Sendable @escaping (Int, Stage) async throws -> Result
    ) async throws -> [Result] {
        let stage = Stage(target)
        return try await withThrowingTaskGroup(of: Result.self) { tasks in
            for who in 0...1 {
                tasks.addTask {
                    defer { stage.end(who) }
                    return try await session(who, stage)
                }
            }
            try await stage.direct(interleaving)
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
    }

    private func withSessions(_ body: @Sendable @escaping (Store, TestDatabase) async throws -> Void) async throws {
        try await withStore { store, target in
            try target.execute("DELETE FROM register_entry")
            try await body(store, target)
        }
    }
}
