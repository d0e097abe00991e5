import API
import GRPC
import SwiftProtobuf
import Testing

/// Members see each other's usage where their charter says so, and no small count.
@Suite(.timeLimit(.minutes(5)))
struct UsageComparisonTests {
    private func compare(_ person: Person, _ house: House, year: Int32 = 2012) async throws -> CompareUsageResponse {
        try await UsageServiceClient(try house.client(person)).compareUsage(
            .with {
                $0.parent = Founding.application
                $0.year = year
            })
    }

    @Test func theCharterPermitsIt() async throws {
        try await House.with(.founded) { house in
            for (person, quantity) in zip(Person.members, [Int64(20), 30, 50]) {
                _ = try await ingest([.batch(person, quantities: [quantity])], as: person, in: house)
            }
            for person in [Person.itzgrund, .office, .auditor] {
                let refused = await refusal { _ = try await compare(person, house) }
                #expect(refused?.reason == "DECISION_REQUIRED" && refused?.code == .failedPrecondition)
            }
            let outsider = await refusal { _ = try await compare(.ebern, house) }
            #expect(outsider?.code == .notFound)
            try await Founding(house: house).amendCharter { $0.compareUsage = true }
            let comparison = try await compare(.itzgrund, house)
            #expect(comparison.comparisons.map(\.metric) == [Founding.metric])
            #expect(comparison.comparisons[0].parties.map(\.party) == Person.members.map(\.party).sorted())
            #expect(comparison.comparisons[0].parties.map(\.quantity).sorted() == [20, 30, 50])
            #expect(comparison.comparisons[0].total == 100 && !comparison.comparisons[0].totalSuppressed)
            // What it says, it says to everybody: it can be published.
            for person in [Person.grossheirath, .office, .auditor] {
                #expect(try await compare(person, house) == comparison)
            }
            // Everything else of others stays out of sight.
            #expect(try await usage(of: .itzgrund, in: house).count == 1)
            #expect(try await compare(.itzgrund, house, year: 2013).comparisons.isEmpty)
            try await Founding(house: house).amendCharter("no-more") { $0.compareUsage = false }
            let refused = await refusal { _ = try await compare(.itzgrund, house) }
            #expect(refused?.reason == "DECISION_REQUIRED")
        }
    }

    @Test func smallCountsAreLeftOutTogetherWithWhatWouldGiveThemAway() async throws {
        try await House.with(.founded) { house in
            try await Founding(house: house).amendCharter { $0.compareUsage = true }
            for (person, quantity) in zip(Person.members, [Int64(3), 30, 50]) {
                _ = try await ingest([.batch(person, quantities: [quantity])], as: person, in: house)
            }
            let all = try await compare(.grossheirath, house).comparisons[0]
            #expect(all.parties.allSatisfy { $0.suppressed && $0.quantity == 0 })
            // Of 83, nobody who knows its 30 or 50 can tell which small count the third has.
            #expect(all.total == 83 && !all.totalSuppressed)
            _ = try await UsageServiceClient(try house.client(.office)).createMetric(
                .metric("peak", of: Founding.application) { $0.metric.aggregation = .max })
            for (person, quantity) in zip(Person.members, [Int64(3), 30, 50]) {
                _ = try await ingest([.batch(person, quantities: [quantity], metric: "peak")], as: person, in: house)
            }
            let peak = try #require(try await compare(.grossheirath, house).comparisons.last)
            #expect(peak.parties.count(where: \.suppressed) == 1 && peak.totalSuppressed && peak.total == 0)
        }
    }

    @Test func yearsAreWholeAndOver() async throws {
        try await House.with(.founded) { house in
            for year: Int32 in [0, -1, 9999, 10_000, .max, .min] {
                let refused = await refusal { _ = try await compare(.office, house, year: year) }
                #expect(refused?.fields == ["year"], "\(year)")
            }
        }
    }
}

extension Founding {
    @discardableResult
    func amendCharter(
        _ id: String = "amend", _ change: (inout Charter) -> Void
    ) async throws -> Decision {
        var charter = try await ConsortiumServiceClient(try house.client(.office)).getConsortium(
            .with { $0.name = Founding.consortium }
        ).consortium.charter
        change(&charter)
        return try await decide(id) { $0.amendCharter.charter = charter }
    }
}
