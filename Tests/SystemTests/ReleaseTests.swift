import API
import Foundation
import GRPC
import SwiftProtobuf
import Testing

/// Releases and who runs them, over the real server.
@Suite(.timeLimit(.minutes(5)))
struct ReleaseTests {
    private typealias Client = ApplicationServiceClient

    private static func release(_ version: String) -> String { Founding.application + "/releases/" + version }

    @Test func whoRunsWhatIsWithdrawnMustUpgrade() async throws {
        try await House.with(.founded) { house in
            let office = Client(try house.client(.office))
            let member = Client(try house.client(.itzgrund))
            func due(_ asOf: AsOf = AsOf()) async throws -> [UpgradeDue] {
                try await member.listUpgradesDue(
                    .with {
                        $0.parent = Founding.application
                        $0.asOf = asOf
                    }
                ).upgrades
            }
            _ = try await office.publishRelease(.publish(.sample("1.1.0")))
            for (person, version) in [(Person.grossheirath, "1.1.0"), (.itzgrund, "1.0.0"), (.untermerzbach, "1.0.0")] {
                _ = try await Client(try house.client(person)).recordAdoption(
                    .adoption(by: person, .live, version: version, since: .day(2013, 1, 1)))
            }
            #expect(try await due().isEmpty)
            let deprecated = try await office.deprecateRelease(.deprecate(Self.release("1.1.0"))).registerPosition
            let first = try await due()
            #expect(first.map(\.adoption.party) == [Person.grossheirath.party])
            #expect(try await due().map(\.upgradeTo) == ["1.0.0"], "the newest that is to be run")
            _ = try await office.withdrawRelease(.withdraw(Self.release("1.0.0"), advisory: "CVE-2024-3094"))
            // What must no longer be run comes before what should not.
            let upgrades = try await due()
            #expect(upgrades.map(\.adoption.party) == [Person.itzgrund, .untermerzbach, .grossheirath].map(\.party))
            #expect(upgrades.map(\.releaseState) == [.withdrawn, .withdrawn, .deprecated])
            #expect(upgrades.map(\.advisory) == ["CVE-2024-3094", "CVE-2024-3094", ""])
            #expect(upgrades.map(\.upgradeTo) == ["", "", ""], "there is none to upgrade to")
            let late = await refusal {
                _ = try await office.recordAdoption(
                    .adoption(by: .grossheirath, .live, version: "1.0.0", since: .day(2013, 2, 1)))
            }
            #expect(late?.code == .failedPrecondition && late?.metadata["state"] == "WITHDRAWN")
            #expect(late?.message.contains("must be RELEASED or DEPRECATED") == true)
            _ = try await office.publishRelease(.publish(.sample("1.2.0")))
            #expect(Set(try await due().map(\.upgradeTo)) == ["1.2.0"])
            _ = try await member.recordAdoption(
                .adoption(by: .itzgrund, .live, version: "1.2.0", since: .day(2014, 1, 1)))
            _ = try await office.recordAdoption(.adoption(by: .untermerzbach, .ended, since: .day(2014, 1, 1)))
            #expect(try await due().map(\.adoption.party) == [Person.grossheirath.party])
            #expect(try await due(.with { $0.registerSize = deprecated }).isEmpty)
            #expect(try await due(.with { $0.registerSize = deprecated + 1 }) == first)
            #expect(try await due(.with { $0.day = .day(2012, 12, 31) }).isEmpty)
        }
    }

    @Test func whoRanWhatIsReadAsOfEveryDay() async throws {
        try await House.with(.founded) { house in
            let office = Client(try house.client(.office))
            let member = Client(try house.client(.itzgrund))
            _ = try await office.publishRelease(.publish(.sample("1.1.0")))
            let steps: [(API.AdoptionState, String, API.CivilDate)] = [
                (.interest, "", .day(2012, 2, 1)), (.agreed, "", .day(2012, 4, 1)),
                (.live, "1.0.0", .day(2012, 6, 1)), (.live, "1.1.0", .day(2012, 9, 1)), (.ended, "", .day(2013, 1, 1)),
            ]
            for (state, version, day) in steps {
                _ = try await member.recordAdoption(.adoption(by: .itzgrund, state, version: version, since: day))
            }
            func adoptions(on day: API.CivilDate) async throws -> [Adoption] {
                try await office.listAdoptions(
                    .with {
                        $0.parent = Founding.application
                        $0.asOf.day = day
                    }
                ).adoptions
            }
            #expect(try await adoptions(on: .day(2012, 1, 31)).isEmpty)
            #expect(try await adoptions(on: .day(2012, 2, 1)).map(\.state) == [.interest])
            #expect(try await adoptions(on: .day(2012, 8, 31)).map(\.version) == ["1.0.0"])
            #expect(try await adoptions(on: .day(2012, 9, 1)).map(\.version) == ["1.1.0"])
            let history = try await office.listAdoptions(
                .with {
                    $0.parent = Founding.application
                    $0.history = true
                }
            ).adoptions
            #expect(history.map(\.state) == [.interest, .agreed, .live, .live, .ended])
            // The days follow each other without a gap.
            for (earlier, later) in zip(history, history.dropFirst()) {
                #expect(earlier.valid.end == later.valid.start)
            }
            let back = await refusal {
                _ = try await member.recordAdoption(.adoption(by: .itzgrund, .interest, since: .day(2012, 12, 1)))
            }
            #expect(back?.fields == ["adoption.valid.start"])
            let foreign = await refusal {
                _ = try await member.recordAdoption(.adoption(by: .grossheirath, .interest, since: .day(2012, 2, 1)))
            }
            #expect(foreign?.code == .permissionDenied)
            let unknown = await refusal {
                _ = try await member.recordAdoption(
                    .adoption(by: .itzgrund, .live, version: "9", since: .day(2014, 1, 1)))
            }
            #expect(unknown?.fields == ["adoption.version"])
        }
    }

    /// Where the charter leaves nothing to the office, releases come and go by ballots.
    @Test func membersPublishAndWithdrawByBallot() async throws {
        try await House.with(.founded) { house in
            let office = Client(try house.client(.office))
            let founding = Founding(house: house)
            var charter = try await ConsortiumServiceClient(try house.client(.office)).getConsortium(
                .with { $0.name = Founding.consortium }
            ).consortium.charter
            charter.officePublishesReleases = false
            try await founding.decide("releases") { $0.amendCharter.charter = charter }
            _ = try await office.planRelease(
                .with {
                    $0.parent = Founding.application
                    $0.release = .sample("2.0.0")
                    $0.requestID = .newRequest
                })
            let alone = await refusal { _ = try await office.publishRelease(.version("2.0.0")) }
            #expect(alone?.reason == "DECISION_REQUIRED" && alone?.code == .failedPrecondition)
            let published = try await founding.decide("publish") {
                $0.publishRelease.release = Self.release("2.0.0")
            }
            #expect(published.state == .passed)
            let withdrawn = await refusal { _ = try await office.withdrawRelease(.withdraw(Self.release("2.0.0"))) }
            #expect(withdrawn?.reason == "DECISION_REQUIRED")
            try await founding.decide("withdraw") {
                $0.withdrawRelease.release = Self.release("2.0.0")
                $0.withdrawRelease.advisory = "CVE-2024-3094"
            }
            let releases = try await office.listReleases(.with { $0.parent = Founding.application }).releases
            #expect(releases.map(\.version) == ["2.0.0", "1.0.0"])
            #expect(releases[0].state == .withdrawn && releases[0].advisory == "CVE-2024-3094")
        }
    }
}
