import API
import GRPC
import Services
import SwiftProtobuf
import Testing

/// Ballots close and memberships end by themselves, once, whichever server does it; the day jumps.
@Suite(.timeLimit(.minutes(5)))
struct DeadlineTests {
    @Test func aBallotIsClosedAndEnactedOnceByTwoServers() async throws {
        try await House.with(.founded) { house in
            let simple = try await charter(house)
            let carried = try await house.open("carried") { $0.appointAuditor = .of(.otherOffice) }
            _ = try await house.vote(.yes, on: carried, as: .itzgrund)
            let lonely = try await house.open("lonely") { $0.amendCharter.charter = simple }
            #expect(carried.state == .open)
            try await withSweeps(2, of: house.database) { sweeps in
                // Its last day is not over yet.
                let early = try await sweeps[0].run(today: CivilDay(daysFromToday: 30))
                #expect(early == 0)
                async let one = sweeps[0].run(today: CivilDay(daysFromToday: 31))
                async let two = sweeps[1].run(today: CivilDay(daysFromToday: 31))
                let done = try await [one, two]
                #expect(done.reduce(0, +) == 2)
                // The clock goes back, and on again: nothing is left to do.
                for days in [-10, 31, 400] {
                    let again = try await sweeps[1].run(today: CivilDay(daysFromToday: days))
                    #expect(again == 0)
                }
            }
            let decisions = DecisionServiceClient(try house.client(.itzgrund))
            let closed = try await decisions.getDecision(.with { $0.name = carried.name }).decision
            #expect(closed.state == .passed, "\(closed.explanation)")
            let other = try await decisions.getDecision(.with { $0.name = lonely.name }).decision
            #expect(other.state == .rejected, "\(other.explanation)")
            let entries = try await RegisterServiceClient(try house.client(.office)).listEntries(
                .with {
                    $0.register = Founding.consortium
                    $0.pageSize = 1000
                }
            ).entries
            let closings = entries.filter { if case .decisionClosed = $0.change { true } else { false } }
            #expect(closings.count == 2 && closings.allSatisfy { $0.actor == Actor() })
            let appointments = entries.filter {
                if case .auditorAppointed(let change) = $0.change {
                    change.party == Person.otherOffice.party
                } else {
                    false
                }
            }
            #expect(appointments.count == 1)
        }
    }

    @Test func aMembershipEndsOnItsDay() async throws {
        try await House.with(.founded) { house in
            let name = Founding.consortium + "/memberships/" + Person.untermerzbach.code
            let member = ConsortiumServiceClient(try house.client(.untermerzbach))
            let office = ConsortiumServiceClient(try house.client(.office))
            let open = try await house.open("auditor") { $0.appointAuditor = .of(.otherOffice) }
            _ = try await member.giveNotice(.notice(.untermerzbach, received: .day(2020, 6, 30)))
            try await withSweeps(1, of: house.database) { sweeps in
                let done = try await [sweeps[0].run(), sweeps[0].run()]
                #expect(done == [1, 0])
            }
            // Former members still see the consortium until they are settled, and vote where they were electors.
            #expect(try await member.getMembership(.with { $0.name = name }).membership.state == .ended)
            #expect(try await house.vote(.yes, on: open, as: .untermerzbach).state == .open)
            let proposal = await refusal {
                _ = try await DecisionServiceClient(try house.client(.untermerzbach)).openDecision(
                    .with {
                        $0.parent = Founding.consortium
                        $0.decisionID = "mine"
                        $0.decision.appointAuditor = .of(.otherOffice)
                        $0.requestID = .newRequest
                    })
            }
            #expect(proposal?.reason == "NOT_A_MEMBER")
            let next = try await house.open("next") { $0.appointAuditor = .of(.otherOffice) }
            #expect(next.votes.map(\.party) == [Person.grossheirath, .itzgrund].map(\.party))
            let owner = await refusal { _ = try await office.settleMembership(.settling(name)) }
            #expect(owner?.code == .failedPrecondition && owner?.message.contains("bauantrag") == true)
            try await Founding(house: house).decide("exit") {
                $0.setOwnership.application = Founding.application
                $0.setOwnership.validFrom = .day(2022, 1, 1)
                $0.setOwnership.exit.leaver = Person.untermerzbach.party
            }
            #expect(try await office.settleMembership(.settling(name)).membership.state == .settled)
            let gone = await refusal { _ = try await member.getMembership(.with { $0.name = name }) }
            #expect(gone?.code == .notFound)
        }
    }

    /// From the decision to dissolve to the end: memberships end on the day and are settled, and then it is over.
    @Test func aConsortiumIsDissolved() async throws {
        try await House.with(.founded) { house in
            let office = ConsortiumServiceClient(try house.client(.office))
            let early = await refusal { _ = try await office.completeLiquidation(.completing(Founding.consortium)) }
            #expect(early?.code == .failedPrecondition && early?.metadata["state"] == "ACTIVE")
            let past = await refusal {
                _ = try await house.open("past") { $0.dissolveConsortium.dissolvedOn = .day(2020, 1, 1) }
            }
            #expect(past?.fields == ["decision.dissolve_consortium.dissolved_on"])
            let decision = try await Founding(house: house).decide("end") {
                $0.dissolveConsortium.dissolvedOn = .day(2999, 1, 1)
            }
            #expect(decision.state == .passed)
            let begun = try await office.getConsortium(.with { $0.name = Founding.consortium }).consortium
            #expect(begun.state == .inLiquidation && begun.dissolvedOn == .day(2999, 1, 1))
            let new = await refusal { _ = try await house.open("new") { $0.amendCharter.charter = begun.charter } }
            #expect(new?.code == .failedPrecondition && new?.metadata["state"] == "IN_LIQUIDATION")
            let unsettled = await refusal {
                _ = try await office.completeLiquidation(.completing(Founding.consortium))
            }
            #expect(unsettled?.message.contains("3 are not: 09473132, 09473138, 09674210") == true)
            try await withSweeps(1, of: house.database) { sweeps in
                let day = CivilDay(daysFromToday: 366 * 980)
                let done = try await [sweeps[0].run(today: day), sweeps[0].run(today: day)]
                #expect(done == [3, 0])
            }
            for person in Person.members {
                _ = try await office.settleMembership(
                    .settling(Founding.consortium + "/memberships/" + person.code))
            }
            let refused = await refusal {
                _ = try await office.completeLiquidation(.completing(Founding.consortium, granted: false))
            }
            #expect(refused?.fields == ["approval.granted"])
            let dissolved = try await office.completeLiquidation(.completing(Founding.consortium)).consortium
            #expect(dissolved.state == .dissolved && dissolved.members.isEmpty)
            // It is over, and stays readable.
            let twice = await refusal { _ = try await office.completeLiquidation(.completing(Founding.consortium)) }
            #expect(twice?.metadata["state"] == "DISSOLVED" && twice?.message.contains("is final") == true)
            let ownership = try await ApplicationServiceClient(try house.client(.office)).getOwnership(
                .with {
                    $0.application = Founding.application
                    $0.asOf.day = .day(2012, 6, 1)
                })
            #expect(ownership.ownership.shares.count == 3)
        }
    }

    /// A charter in which the one who comes decides to appoint auditors.
    private func charter(_ house: House) async throws -> Charter {
        var charter = try await ConsortiumServiceClient(try house.client(.office)).getConsortium(
            .with { $0.name = Founding.consortium }
        ).consortium.charter
        charter.otherMajority.simplePresent = SimplePresent()
        try await Founding(house: house).decide("simple") { $0.amendCharter.charter = charter }
        return charter
    }
}

extension SettleMembershipRequest {
    static func settling(_ name: String) -> SettleMembershipRequest {
        .with {
            $0.name = name
            $0.requestID = .newRequest
        }
    }
}
