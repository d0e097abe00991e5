import Domain
import Postgres
import Store
import TestSupport
import Testing

/// What one party may do for another, as the look-up of a caller finds it.
@Suite(.timeLimit(.minutes(5)))
struct MandateTests {
    private static let day = CivilDate(daysSinceEpoch: 20_000)!

    /// The certificates of `Seed`: SHA-256 over the party's number.
    private func principal(_ party: Int, _ store: Store, _ target: TestDatabase) async throws -> Principal {
        let hex = try target.lines("SELECT encode(sha256(int4send(\(party))), 'hex')")[0]
        return try #require(await store.principal(certificate: Digest32(hex, field: "hex").bytes))
    }

    @Test func aHolderActsForThePartyInItsConsortiaUnderThePurposeAlone() async throws {
        try await withStore { store, target in
            // Party 3 is a member of consortium 2 and holds a mandate of party 2, a member of consortium 1.
            let holder = try await principal(3, store, target)
            #expect(holder.parties == ["p3": 3] && holder.consortia == ["two": 2])
            let acting = holder.under(.reportUsage, on: Self.day)
            #expect(acting.parties == ["p3": 3, "p2": 2] && acting.consortia == ["one": 1, "two": 2])
            #expect(holder.under(.castVote, on: Self.day).parties == ["p3": 3])
            #expect(holder.under(.reportUsage, in: "two", on: Self.day).parties == ["p3": 3])
            #expect(holder.under(.reportUsage, on: CivilDate(daysSinceEpoch: 15_000)!).parties == ["p3": 3])
        }
    }

    @Test func rowsOfThePartyAreReachedUnderTheMandateAndNotWithout() async throws {
        try await withStore { store, target in
            let holder = try await principal(3, store, target)
            let count: SQL = "SELECT count(*) FROM usage_record WHERE party_id = 2 AND consortium_id = 1"
            let without = try await store.reader(holder).query(count)
            let under = try await store.reader(holder.under(.reportUsage, on: Self.day)).query(count)
            #expect(try without.decode(Int64.self, row: 0, column: 0) == 0)
            #expect(try under.decode(Int64.self, row: 0, column: 0) == 2)
        }
    }

    @Test func anEndedMandateIsGone() async throws {
        try await withStore { store, target in
            try target.execute("UPDATE mandate SET revoked_from = 5 WHERE party_id = 2")
            #expect(try await principal(3, store, target).mandates == [])
            try target.execute("UPDATE mandate SET revoked_from = NULL, valid_until = '2013-01-01' WHERE party_id = 2")
            #expect(try await principal(3, store, target).mandates == [])
        }
    }

    @Test func oneNamedConsortiumIsTheOnlyOne() async throws {
        try await withStore { store, target in
            try target.execute(
                """
                INSERT INTO membership
                    (consortium_id, party_id, membership_number, state, vote_weight, valid_from, recorded_from)
                    VALUES (2, 2, 1, 2, 1, '2012-01-01', 0);
                """)
            #expect(
                try await principal(3, store, target).mandates.compactMap(\.consortium?.code).sorted() == [
                    "one", "two",
                ])
            try target.execute("UPDATE mandate SET consortium_code = 'one' WHERE party_id = 2")
            #expect(try await principal(3, store, target).mandates.compactMap(\.consortium?.code) == ["one"])
        }
    }
}
