import API
import GRPC
import SwiftProtobuf
import Testing

/// V5 and what follows from it: who is charged for which days, and what is left between a consortium and a party that
/// leaves.
@Suite(.timeLimit(.minutes(5)))
struct LeavingTests {
    /// For cause, so that it may leave within a year.
    private func leave(_ person: Person, on day: API.CivilDate, _ house: House) async throws {
        _ = try await ConsortiumServiceClient(try house.client(person)).giveNotice(
            .with {
                $0.name = Founding.consortium + "/memberships/" + person.code
                $0.receivedOn = .day(2012, 5, 2)
                $0.exitOn = day
                $0.forCause = true
                $0.requestID = .newRequest
            })
    }

    @Test func whoLeavesWithinTheYearBearsHisDaysAndWhatHeUsed() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            // In August, when it was no member any more: not charged.
            _ = try await ingest(
                [.batch(.untermerzbach, first: 24 * 220, quantities: [40])], as: .untermerzbach, in: house)
            try await settling.closeYear()
            try await leave(.untermerzbach, on: .day(2012, 7, 1), house)
            let settlement = try await settling.calculated("year-2012")
            // 366, 366 and 182 days; a hundred cases each.
            #expect(settlement.lines.map(\.amount.minorUnits) == [4_124_346, 3_864_122, 2_011_532])
            let own = try #require(settlement.lines.last)
            #expect(own.party == Person.untermerzbach.party)
            #expect(own.components.map(\.unit) == ["parties × days", "inhabitants × days", "case"])
            #expect(own.components.map(\.quantity) == [182, 1706 * 182, 100])
            #expect(own.explanation.contains("1,706 inhabitants for 182 of 366 days"), "\(own.explanation)")
            let note = "of the 140 case of 09674210, 100 count: those while it was a member"
            #expect(settlement.warnings == [note])
            #expect(try await settling.recompute(settlement).isIdentical)
            let documents = try await settling.issued(settlement)
            #expect(documents.map(\.recipient) == Person.members.map(\.party))

            try await settling.record(2012, [2600, 2400, 1700])
            try await settling.book("hosting-2013", 2013, net: 100)
            for person in [Person.grossheirath, .itzgrund] {
                _ = try await ingest(
                    [.batch(person, first: Settling.hours(before: 2013), quantities: [1])], as: person, in: house)
            }
            let next = try await settling.calculated("year-2013", year: 2013)
            #expect(next.lines.map(\.party) == [Person.grossheirath, .itzgrund].map(\.party))
        }
    }

    @Test(arguments: [
        (PartialMembership.byMonths, [4_121_524, 3_861_510, 2_016_966] as [Int64]),
        (.wholePeriod, [3_676_448, 3_449_812, 2_873_740]),
    ])
    func theAgreementSaysHowAPartOfAYearCounts(_ rule: PartialMembership, _ amounts: [Int64]) async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            try await settling.adopt("partial", from: .day(2012, 1, 1)) { $0.partialMembership = rule }
            try await leave(.untermerzbach, on: .day(2012, 6, 15), house)
            let settlement = try await settling.calculated("year-2012")
            #expect(settlement.lines.map(\.amount.minorUnits) == amounts)
            let diff = try await AgreementServiceClient(try house.client(.itzgrund)).diffAgreementRevisions(
                .with {
                    $0.oldRevision = Founding.agreement + "/revisions/1"
                    $0.newRevision = Founding.agreement + "/revisions/2"
                }
            ).changes
            #expect(diff.map(\.path) == ["partial_membership"])
        }
    }

    /// Nothing is charged for a day on which nobody had agreed to it.
    @Test func everyChargedDayNeedsARevisionInForce() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            var request = CreateAgreementRevisionRequest.agreement()
            request.parent = Founding.consortium + "/agreements/late"
            request.agreementRevision.valid.start = .day(2012, 3, 1)
            request.agreementRevision.pools[0].components = [
                .with {
                    $0.weight = .of(1, 1)
                    $0.equal = EqualComponent()
                }
            ]
            let revision = try await AgreementServiceClient(try house.client(.office))
                .createAgreementRevision(request).agreementRevision
            try await Founding(house: house).decide("late") {
                $0.adoptAgreementRevision.agreementRevision = revision.name
            }
            var calculation = CalculateSettlementRequest.settlement("late")
            calculation.agreement = request.parent
            let refused = await refusal { _ = try await settling.office.calculateSettlement(calculation) }
            #expect(refused?.reason == "NO_REVISION_IN_FORCE" && refused?.metadata["day"] == "2012-01-01")
            calculation.period.start = .day(2012, 3, 1)
            calculation.requestID = .newRequest
            _ = try await settling.office.calculateSettlement(calculation)
        }
    }

    /// From notice to settled exit: a share of the deficit, what the party is bound to, and what is still to come.
    @Test func anExitIsSettledByADocument() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.adopt("terms", from: .day(2012, 1, 1)) {
                $0.exitTerms.share = .ownership
                $0.exitTerms.application = Founding.application
            }
            try await settling.closeYear()
            try await settling.issued(try await settling.calculated("year-2012")) {
                $0.dueDates = [.day(2013, 4, 15), .day(2014, 2, 15)]
            }
            let early = await refusal { _ = try await settling.office.calculateExitSettlement(.exit()) }
            #expect(early?.reason == "INVALID_STATE" && early?.metadata["state"] == "ACTIVE")
            try await leave(.untermerzbach, on: .day(2013, 1, 1), house)
            let lacking = await refusal {
                var request = CalculateExitSettlementRequest.exit()
                request.clearNetAssets()
                _ = try await settling.office.calculateExitSettlement(request)
            }
            #expect(lacking?.fields == ["net_assets"])

            let exit = try await settling.office.calculateExitSettlement(.exit()).settlement
            #expect(exit.kind == .exit && exit.exit.share == .of(1, 5) && exit.warnings.isEmpty)
            // A fifth of a deficit of 10,000.00 and 1,200.00 of a contract.
            #expect(exit.exit.part.minorUnits == 200_000 && exit.exit.claim.minorUnits == 320_000)
            #expect(exit.exit.remainingInstalments.map(\.dueDate) == [.day(2013, 4, 15), .day(2014, 2, 15)])
            let remaining = exit.exit.remainingInstalments.map(\.amount.minorUnits).reduce(0, +)
            #expect(exit.exit.balance.minorUnits == 320_000 + remaining && remaining > 0)
            #expect(try await settling.recompute(exit).isIdentical)
            let explained = try await settling.explained(exit, to: .untermerzbach)
            #expect(explained.contains("bears 2,000.00 EUR of the deficit of 10,000.00 EUR"), "\(explained)")

            try await house.sweep()
            let members = ConsortiumServiceClient(try house.client(.office))
            let name = Founding.consortium + "/memberships/" + Person.untermerzbach.code
            let open = await refusal { _ = try await members.settleMembership(.settling(name)) }
            #expect(open?.reason == "INVALID_STATE" && open?.message.contains("exit settlement") == true)
            let documents = try await settling.issued(exit)
            #expect(documents.map(\.recipient) == [Person.untermerzbach.party])
            #expect(documents[0].payable.minorUnits == 320_000 && documents[0].kind == .levyNotice)
            #expect(documents[0].lines[0].text == "settlement of the exit on 2013-01-01")
            for attempt in [CalculateExitSettlementRequest.exit("again")] {
                let again = await refusal { _ = try await settling.office.calculateExitSettlement(attempt) }
                #expect(again?.reason == "INVALID_STATE" && again?.message.contains("exit") == true)
            }
            let wrong = await refusal { _ = try await settling.corrected(exit, as: "wrong") }
            #expect(wrong?.reason == "INVALID_STATE")

            try await Founding(house: house).decide("redistribute") {
                $0.setOwnership.application = Founding.application
                $0.setOwnership.validFrom = .day(2013, 1, 1)
                $0.setOwnership.exit.leaver = Person.untermerzbach.party
            }
            #expect(try await members.settleMembership(.settling(name)).membership.state == .settled)
            // What was settled for the year stays correctable beside it.
            let final = try await settling.office.listSettlements(.with { $0.parent = Founding.consortium }).settlements
            #expect(final.map(\.state) == [.issued, .issued])
        }
    }
}

extension CalculateExitSettlementRequest {
    static func exit(_ id: String = "exit") -> CalculateExitSettlementRequest {
        .with {
            $0.parent = Founding.consortium
            $0.settlementID = id
            $0.party = Person.untermerzbach.party
            $0.agreement = Founding.agreement
            $0.netAssets = .euros(cents: -1_000_000)
            $0.obligations = [
                .with {
                    $0.description_p = "licence until 2014"
                    $0.amount = .euros(cents: 120_000)
                }
            ]
            $0.requestID = .newRequest
        }
    }
}
