import Domain
import Postgres
import Store
import TestSupport
import Testing

/// The record that makes a change safe to repeat.
@Suite(.timeLimit(.minutes(5)))
struct RequestRecordTests {
    private static let id = "6f1c0ba4-2a3c-4d0e-9f52-1f1b6f0f0c11"

    @Test func oneEffectAndOneAnswerHoweverOftenAtOnce() async throws {
        try await withStore { store, target in
            let answers = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for attempt in 0..<4 {
                    group.addTask { try await book(digest: 1, answer: UInt8(attempt), as: Seed.member, in: store) }
                }
                var answers: Set<[UInt8]> = []
                for try await answer in group { answers.insert(answer) }
                return answers
            }
            #expect(answers.count == 1)
            #expect(try target.number("SELECT size FROM register WHERE register_id = 1") == 1)
            #expect(try target.number("SELECT count(*) FROM request_record WHERE request_id = '\(Self.id)'") == 1)
        }
    }

    @Test func anotherPayloadIsToldBothDigests() async throws {
        try await withStore { store, target in
            _ = try await book(digest: 1, answer: 1, as: Seed.member, in: store)
            let failure = await failure { _ = try await book(digest: 2, answer: 2, as: Seed.member, in: store) }
            #expect(failure?.reason == .requestIDReused)
            #expect(failure?.violations.map(\.field) == ["request_id"])
            #expect(failure?.detail("stored_sha256") == String(repeating: "01", count: 32))
            #expect(failure?.detail("sent_sha256") == String(repeating: "02", count: 32))
            #expect(try target.number("SELECT size FROM register WHERE register_id = 1") == 1)
        }
    }

    @Test func partiesHaveTheirOwnIdentifiers() async throws {
        try await withStore { store, target in
            let first = try await book(digest: 1, answer: 1, as: Seed.member, in: store)
            let second = try await book(digest: 2, answer: 2, as: Seed.otherMember, in: store)
            #expect((first, second) == ([1], [2]))
            #expect(try target.number("SELECT size FROM register WHERE register_id = 1") == 2)
        }
    }

    @Test func answersAreForgottenAfterFourteenDaysAndNotBefore() async throws {
        try await withStore { store, target in
            try target.execute(
                """
                DELETE FROM request_record;
                INSERT INTO request_record (party_id, request_id, request_sha256, response, recorded_at)
                    SELECT 1 + i % 4, gen_random_uuid(), sha256(''), '', now() - interval '14 days 1 hour'
                    FROM generate_series(1, 10) i;
                INSERT INTO request_record (party_id, request_id, request_sha256, response, recorded_at)
                    VALUES (1, gen_random_uuid(), sha256(''), '', now() - interval '13 days 23 hours');
                """)
            #expect(try await store.purgeRequestRecords(limit: 6) == 6)
            #expect(try await store.purgeRequestRecords(limit: 6) == 4)
            #expect(try await store.purgeRequestRecords(limit: 6) == 0)
            #expect(try target.number("SELECT count(*) FROM request_record") == 1)
        }
    }

    /// A change as the services make one: look for the first answer, act, remember.
    private func book(
        digest: UInt8, answer: UInt8, as principal: Principal, in store: Store
    ) async throws -> [UInt8] {
        let id = try #require(RequestID(Self.id))
        let digest = try #require(Digest32(Array(repeating: digest, count: 32)))
        return try await store.write(as: principal) { session in
            if let first = try await session.firstAnswer(to: id, digest: digest) { return first }
            let head = try await session.head(of: 1)
            head.append([answer])
            try await session.remember(id, digest: digest, answer: [answer])
            return [answer]
        }
    }
}
