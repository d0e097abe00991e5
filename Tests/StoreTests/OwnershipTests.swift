import Domain
import Postgres
import Store
import TestSupport
import Testing

/// The pattern of versioned tables, by the example of ownership: valid days × recorded positions.
@Suite(.timeLimit(.minutes(5)))
struct OwnershipTests {
    @Test func correctionsCloseAndNeverEdit() async throws {
        try await withStore { store, target in
            try await set([(1, 1, 2), (2, 1, 2)], from: 2012, in: store)
            let before = try await readings(store, sizes: 1...1)
            try await set([(1, 1, 3), (2, 2, 3)], from: 2013, in: store)
            try await set([(2, 1, 1)], from: 2012, in: store)

            #expect(try await readings(store, sizes: 1...1) == before, "a later decision has changed an earlier state")
            #expect(try await text(store, year: 2012, size: 2) == "p1=1/2 p2=1/2")
            #expect(try await text(store, year: 2013, size: 2) == "p1=1/3 p2=2/3")
            #expect(try await text(store, year: 2013, size: 3) == "p2=1")
            #expect(try await text(store, year: 2011, size: 3) == "none")
            try expectNoOverlap(target)
        }
    }

    @Test func twoCorrectionsInOneTransaction() async throws {
        try await withStore { store, target in
            try await set([(1, 1, 1)], from: 2012, in: store)
            try await store.write(as: Seed.member) { session in
                let head = try await session.head(of: 1)
                try await correct([(2, 1, 1)], from: 2012, session, head)
                try await correct([(1, 1, 4), (2, 3, 4)], from: 2013, session, head)
            }
            #expect(try await text(store, year: 2013, size: 1) == "p1=1")
            #expect(try await text(store, year: 2013, size: 2) == "p2=1")
            #expect(try await text(store, year: 2013, size: 3) == "p1=1/4 p2=3/4")
            #expect(try await text(store, year: 2012, size: 3) == "p2=1")
            try expectNoOverlap(target)
        }
    }

    @Test func historyAndChangesTellEveryVersion() async throws {
        try await withStore { store, _ in
            try await set([(1, 1, 1)], from: 2012, in: store)
            try await set([(1, 1, 4), (2, 3, 4)], from: 2013, in: store)
            let reader = store.reader(Seed.member)
            let history = try await reader.ownershipHistory(of: 1, in: 1).map(text)
            let first = "p1=1 2012-01-01/.. known 0..<1"
            let second = [
                "p1=1 2012-01-01/2013-01-01 known 1", "p1=1/4 2013-01-01/.. known 1", "p2=3/4 2013-01-01/.. known 1",
            ]
            #expect(history == [first] + second)
            #expect(try await reader.ownershipChanges(of: 1, in: 1, from: 0, to: 1).map { $0.recorded.from } == [0])
            #expect(try await reader.ownershipChanges(of: 1, in: 1, from: 1, to: 2).map(text) == history)
            #expect(try await reader.ownershipChanges(of: 1, in: 1, from: 0, to: 2).map(text) == second)
            #expect(try await reader.ownershipChanges(of: 1, in: 1, from: 2, to: 2).isEmpty)
        }
    }

    private func text(_ version: Version<OwnershipShareRow>) -> String {
        let until = version.recorded.until.map { "..<\($0)" } ?? ""
        return "\(version.value.partyCode)=\(version.value.share) \(version.value.valid) "
            + "known \(version.recorded.from)\(until)"
    }

    @Test func everyStateIsReadTheSameForEver() async throws {
        try await withStore { store, target in
            var known: [Int64: [String]] = [:]
            var generator = SplitMix64(seed: 20_121_231)
            for size in Int64(1)...12 {
                let part = Int64.random(in: 1...9, using: &generator)
                let year = Int.random(in: 2010...2016, using: &generator)
                try await set([(1, part, 10), (2, 10 - part, 10)], from: year, in: store)
                known[size] = try await readings(store, sizes: size...size)
                for earlier in 1...size {
                    #expect(try await readings(store, sizes: earlier...earlier) == known[earlier], "size \(earlier)")
                }
            }
            try expectNoOverlap(target)
        }
    }

    private func set(_ shares: [(Int32, Int64, Int64)], from year: Int, in store: Store) async throws {
        try await store.write(as: Seed.member) { session in
            let head = try await session.head(of: 1)
            try await correct(shares, from: year, session, head)
        }
    }

    private func correct(
        _ shares: [(Int32, Int64, Int64)], from year: Int, _ session: Session, _ head: RegisterHead
    ) async throws {
        let day = try CivilDate(year: year, month: 1, day: 1, field: "day")
        try await session.setOwnership(
            of: 1, in: 1, shares: shares.map { ($0.0, try Fraction($0.1, $0.2, field: "share")) }, from: day,
            at: head.nextPosition)
        head.append(Array("ownership".utf8))
    }

    private func readings(_ store: Store, sizes: ClosedRange<Int64>) async throws -> [String] {
        var texts: [String] = []
        for size in sizes {
            for year in 2009...2017 { texts.append(try await text(store, year: year, size: size)) }
        }
        return texts
    }

    private func text(_ store: Store, year: Int, size: Int64) async throws -> String {
        let day = try CivilDate(year: year, month: 6, day: 30, field: "day")
        let row = try await store.reader(Seed.otherMember).ownership(of: 1, in: 1, on: day, knownAt: size)
        guard let row else { return "none" }
        return row.shares.map { "\($0.party)=\($0.share)" }.joined(separator: " ")
    }

    /// Beside the exclusion constraint, from the definition: on no day and at no size two rows of one party.
    private func expectNoOverlap(_ target: TestDatabase) throws {
        let overlaps = try target.number(
            """
            SELECT count(*) FROM ownership_share a
                JOIN ownership_share b USING (consortium_id, application_id, party_id)
            WHERE a.ctid < b.ctid AND a.valid_from < coalesce(b.valid_until, 'infinity')
                AND b.valid_from < coalesce(a.valid_until, 'infinity')
                AND a.recorded_from < coalesce(b.recorded_until, 1000000)
                AND b.recorded_from < coalesce(a.recorded_until, 1000000)
            """)
        #expect(overlaps == 0)
    }
}
