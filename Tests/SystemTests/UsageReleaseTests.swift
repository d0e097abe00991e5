import API
import Foundation
import GRPC
import SwiftProtobuf
import Testing

/// Figures by the release that a party ran, as its adoptions say.
@Suite(.timeLimit(.minutes(5)))
struct UsageReleaseTests {
    private static let releases = Founding.application + "/releases/"

    private func client(_ person: Person, _ house: House) throws -> UsageServiceClient {
        UsageServiceClient(try house.client(person))
    }

    private func totals(
        _ house: House, _ change: (inout QueryUsageTotalsRequest) -> Void = { _ in }
    ) async throws -> QueryUsageTotalsResponse {
        var request = QueryUsageTotalsRequest()
        request.parent = Founding.application
        request.period = .year(2012)
        request.byRelease = true
        change(&request)
        return try await client(.office, house).queryUsageTotals(request)
    }

    private func adopt(_ version: String, from day: CivilDate, _ person: Person, _ house: House) async throws -> Int64 {
        try await ApplicationServiceClient(try house.client(person)).recordAdoption(
            .with {
                $0.parent = Founding.application
                $0.adoption.party = person.party
                $0.adoption.state = .live
                $0.adoption.version = version
                $0.adoption.valid.start = day
                $0.requestID = .newRequest
            }
        ).adoption.registerPosition
    }

    /// 1.0.0 from 10 January to 20 February, then 1.1.0; a record in each hour of the first 2,000.
    private func work(_ house: House) async throws -> (first: Int64, second: Int64) {
        _ = try await ApplicationServiceClient(try house.client(.office)).publishRelease(
            .with {
                $0.parent = Founding.application
                $0.release.version = "1.1.0"
                $0.release.license = "EUPL-1.2"
                $0.release.artifacts = [.with { $0.sha256 = Data(repeating: 8, count: 32) }]
                $0.requestID = .newRequest
            })
        _ = try await adopt("1.0.0", from: .day(2012, 1, 10), .itzgrund, house)
        let quantities = [Int64](repeating: 1, count: 2000)
        let batch = IngestUsageRequest.batch(.itzgrund, quantities: quantities)
        let first = try await ingest([batch], as: .itzgrund, in: house)[0].registerPosition
        _ = try await ingest([.batch(.grossheirath, quantities: quantities)], as: .grossheirath, in: house)
        return (first, try await adopt("1.1.0", from: .day(2012, 2, 20), .itzgrund, house))
    }

    @Test func totalsAndSeriesAreToldApart() async throws {
        try await House.with(.founded) { house in
            let positions = try await work(house)
            let (first, second) = (Self.releases + "1.0.0", Self.releases + "1.1.0")
            let all = try await totals(house).totals
            let parties: [Person] = [.itzgrund, .itzgrund, .itzgrund, .grossheirath]
            #expect(all.map(\.party) == parties.map(\.party).sorted())
            let own = all.filter { $0.party == Person.itzgrund.party }
            // 9 days without a release, 41 with the first, the rest of 2,000 hours with the second.
            #expect(own.map(\.release) == ["", first, second])
            let quantities: [Int64] = [9 * 24, 41 * 24, 2000 - 50 * 24]
            #expect(own.map(\.quantity) == quantities)
            #expect(own.map(\.recordCount) == own.map(\.quantity))
            #expect(all.first { $0.party != Person.itzgrund.party }?.release == "")
            // Only one release, without telling apart.
            let only = try await totals(house) {
                $0.byRelease = false
                $0.release = second
            }
            #expect(only.totals.map(\.quantity) == [quantities[2]])
            #expect(only.totals[0].release.isEmpty)
            // Before the second adoption was known, the first went on: by rollups, and by records where those have
            // changed since.
            for size in [positions.second, positions.first + 1] {
                let before = try await totals(house) { $0.asOf.registerSize = size }
                let own = before.totals.filter { $0.party == Person.itzgrund.party }
                let quantities: [Int64] = [216, 2000 - 216]
                #expect(own.map(\.quantity) == quantities, "\(size)")
                #expect(own.map(\.release) == ["", first], "\(size)")
            }
            let unknown = await refusal {
                _ = try await totals(house) { $0.release = Self.releases + "9" }
            }
            #expect(unknown?.code == .notFound)
            let foreign = await refusal {
                _ = try await totals(house) { $0.release = Founding.foreignApplication + "/releases/1" }
            }
            #expect(foreign?.fields == ["release"])
            for grain in [UsageGrain.day, .month, .year] { try await check(grain, all, house) }
        }
    }

    /// A series in small pages adds up to the totals.
    private func check(_ grain: UsageGrain, _ totals: [UsageTotal], _ house: House) async throws {
        var request = QueryUsageSeriesRequest()
        request.parent = Founding.application
        request.period = .year(2012)
        request.grain = grain
        request.byRelease = true
        request.pageSize = 3
        var points: [UsagePoint] = []
        repeat {
            let page = try await client(.office, house).queryUsageSeries(request)
            points += page.points
            request.pageToken = page.nextPageToken
        } while !request.pageToken.isEmpty
        for total in totals {
            let own = points.filter { $0.party == total.party && $0.release == total.release }
            let sum: Int64 = own.reduce(0) { $0 + $1.quantity }
            #expect(sum == total.quantity, "\(grain) \(total)")
            #expect(own.map(\.start) == own.map(\.start).sorted { ($0.month, $0.day) < ($1.month, $1.day) })
        }
        let sum: Int64 = points.reduce(0) { $0 + $1.quantity }
        let whole: Int64 = totals.reduce(0) { $0 + $1.quantity }
        #expect(sum == whole)
    }

    @Test func totalsComeInPagesWithTheirCoverage() async throws {
        try await House.with(.founded) { house in
            for metric in ["documents", "letters"] {
                _ = try await client(.office, house).createMetric(.metric(metric, of: Founding.application))
            }
            for person in [Person.itzgrund, .untermerzbach] {
                for metric in ["cases", "letters"] {
                    let batch = IngestUsageRequest.batch(person, quantities: [3], metric: metric)
                    _ = try await ingest([batch], as: person, in: house)
                }
            }
            let whole = try await totals(house) { $0.byRelease = false }
            #expect(whole.totals.count == 4 && whole.coverage.count == 9 && whole.nextPageToken.isEmpty)
            for size: Int32 in 1...4 {
                var (totals, coverage): ([UsageTotal], [UsageCoverage]) = ([], [])
                var token = ""
                repeat {
                    let page = try await self.totals(house) {
                        $0.byRelease = false
                        $0.pageSize = size
                        $0.pageToken = token
                    }
                    totals += page.totals
                    coverage += page.coverage
                    token = page.nextPageToken
                } while !token.isEmpty
                #expect(totals == whole.totals && coverage == whole.coverage, "pages of \(size)")
            }
            let refused = await refusal { _ = try await totals(house) { $0.pageSize = 1001 } }
            #expect(refused?.fields == ["page_size"])
        }
    }
}
