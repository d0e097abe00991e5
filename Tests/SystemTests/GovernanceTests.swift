import API

import Foundation
import GRPC
import SwiftProtobuf
import Testing

/// Joining, deciding and leaving under a charter, as members, office and an outsider see it.
@Suite(.timeLimit(.minutes(5)))
struct GovernanceTests {
    @Test func aPartyJoinsBuysInAndLeaves() async throws {
        try await House.with(.founded) { house in
            let founding = Founding(house: house)
            let office = ConsortiumServiceClient(try house.client(.office))
            // Outside, the consortium is not to be seen until its charter is open.
            let hidden = await refusal { _ = try await apply(.ebern, house) }
            #expect(hidden?.code == .notFound)
            try await amend(founding) {
                $0.openToApplications = true
                $0.buyIn.fixed = .euros(cents: 50_000)
            }
            let applied = try await apply(.ebern, house)
            #expect(applied.state == .applied && !applied.hasValid)
            let twice = await refusal { _ = try await apply(.ebern, house) }
            #expect(twice?.code == .failedPrecondition && twice?.metadata["state"] == "APPLIED")
            let quote = try await office.quoteBuyIn(
                .with {
                    $0.parent = Founding.consortium
                    $0.party = Person.ebern.party
                })
            #expect(quote.amount == .euros(cents: 50_000) && quote.explanation.contains("500.00 EUR"))
            let decision = try await founding.decide("ebern") { $0.admitMember = .of(.ebern, from: .day(2013, 1, 1)) }
            #expect(decision.state == .passed && decision.explanation.contains("2/3 of 3 statutory votes = 2"))
            let member = try await membership(of: .ebern, as: .ebern, house)
            #expect(member.state == .active && member.valid.start == .day(2013, 1, 1))
            #expect(member.buyIn == .euros(cents: 50_000))

            var notice = GiveNoticeRequest.notice(.ebern, received: .day(2013, 1, 1))
            notice.validateOnly = true
            let preview = try await ConsortiumServiceClient(try house.client(.ebern)).giveNotice(notice)
            // A year after the day of receipt is over with 1 January 2014, so the fiscal year 2014 is the last.
            #expect(preview.earliestExit == .day(2015, 1, 1) && preview.registerPosition == 0)
            #expect(preview.explanation.contains("2014-01-01"))
            #expect(try await membership(of: .ebern, as: .office, house).state == .active)
            notice.validateOnly = false
            notice.exitOn = .day(2014, 7, 1)
            let early = await refusal { _ = try await office.giveNotice(notice) }
            #expect(early?.fields == ["exit_on"])
            notice.clearExitOn()
            notice.requestID = .newRequest
            #expect(try await office.giveNotice(notice).membership.state == .noticeGiven)
            let list = ListMembershipsRequest.with {
                $0.parent = Founding.consortium
                $0.asOf.day = .day(2014, 12, 31)
            }
            #expect(try await office.listMemberships(list).memberships.count == 4)
            var later = list
            later.asOf.day = .day(2015, 1, 1)
            #expect(try await office.listMemberships(later).memberships.map(\.party) == Person.members.map(\.party))
        }
    }

    @Test func theCharterDecidesTheMajorityAndIsChangedUnderTheOldOne() async throws {
        try await House.with(.founded) { house in
            let founding = Founding(house: house)
            // From now on amendments need everyone; that itself still needs two thirds.
            let first = try await amend(founding) {
                $0.majorities.removeAll { $0.kind == .amendCharter }
                $0.majorities.append(
                    .with {
                        $0.kind = .amendCharter
                        $0.rule.unanimous = UnanimousRule()
                    })
            }
            #expect(first.state == .passed && first.votes.map(\.ballot) == [.yes, .yes, .unspecified])
            let second = try await amend(founding, "again") { $0.votingDays = 10 }
            #expect(second.state == .passed && second.votes.map(\.ballot) == [.yes, .yes, .yes])
            #expect(second.rule.unanimous == UnanimousRule() && first.rule.rule != second.rule.rule)
        }
    }

    /// Weights that change after the opening do not count in ballots that are open; they do in the next.
    @Test func electorateAndWeightsAreFrozen() async throws {
        try await House.with(.founded) { house in
            let founding = Founding(house: house)
            let open = try await house.open("auditor") { $0.appointAuditor = .of(.otherOffice) }
            try await founding.decide("weights") {
                $0.amendCharter.voteWeights = [
                    .with {
                        $0.party = Person.grossheirath.party
                        $0.voteWeight = 5
                    }
                ]
            }
            let voted = try await house.vote(.yes, on: open, as: .grossheirath)
            #expect(voted.state == .open && voted.votes[0].weight == 1)
            let next = try await house.open("next") { $0.appointAuditor = .of(.otherOffice) }
            #expect(try await house.vote(.yes, on: next, as: .grossheirath).state == .passed)
            // The first ballot would now appoint for days that are taken already: its votes carry it, it does nothing.
            let late = try await house.vote(.yes, on: open, as: .itzgrund)
            #expect(late.state == .withdrawn && late.explanation.contains("no longer possible"))
        }
    }

    @Test func votesAreChangedWhileOpenAndProposalsTakenBack() async throws {
        try await House.with(.founded) { house in
            let open = try await house.open("auditor") { $0.appointAuditor = .of(.otherOffice) }
            #expect(open.lastVotingDay.year > 2020 && open.proposer == Person.office.party)
            _ = try await house.vote(.no, on: open, as: .itzgrund)
            let changed = try await house.vote(.abstain, on: open, as: .itzgrund)
            #expect(changed.votes.map(\.ballot) == [.unspecified, .abstain, .unspecified])
            let preview = try await DecisionServiceClient(try house.client(.itzgrund)).previewDecision(
                .with { $0.name = open.name })
            #expect(preview.effects.count == 1 && preview.effects[0].subject == Person.otherOffice.party)
            let request = WithdrawDecisionRequest.with {
                $0.name = open.name
                $0.requestID = .newRequest
            }
            let foreign = await refusal {
                _ = try await DecisionServiceClient(try house.client(.itzgrund)).withdrawDecision(request)
            }
            #expect(foreign?.code == .permissionDenied)
            let withdrawn = try await DecisionServiceClient(try house.client(.office)).withdrawDecision(request)
            #expect(withdrawn.decision.state == .withdrawn)
            let over = await refusal { _ = try await house.vote(.yes, on: open, as: .itzgrund) }
            #expect(over?.code == .failedPrecondition && over?.metadata["state"] == "WITHDRAWN")
        }
    }

    /// What one sells another gets; who loses has to agree, whatever majority the charter asks for.
    @Test func ownershipIsSoldDilutedAndRedistributed() async throws {
        try await House.with(.founded) { house in
            let founding = Founding(house: house)
            try await amend(founding) { $0.majorities.removeAll { $0.kind == .setOwnership } }
            let sale = try await house.open("sale") {
                $0.setOwnership.application = Founding.application
                $0.setOwnership.validFrom = .day(2013, 1, 1)
                $0.setOwnership.sale.seller = Person.grossheirath.party
                $0.setOwnership.sale.buyer = Person.untermerzbach.party
                $0.setOwnership.sale.share = .of(1, 6)
            }
            #expect(sale.setOwnership.shares.map(\.share) == [.of(1, 3), .of(3, 10), .of(11, 30)])
            _ = try await house.vote(.yes, on: sale, as: .itzgrund)
            #expect(try await house.vote(.yes, on: sale, as: .untermerzbach).state == .open)
            #expect(try await house.vote(.yes, on: sale, as: .grossheirath).state == .passed)
            let exit = try await founding.decide("exit") {
                $0.setOwnership.application = Founding.application
                $0.setOwnership.validFrom = .day(2014, 1, 1)
                $0.setOwnership.exit.leaver = Person.itzgrund.party
            }
            #expect(exit.state == .passed && exit.setOwnership.shares.map(\.share) == [.of(10, 21), .of(11, 21)])
            let ownership = try await ApplicationServiceClient(try house.client(.office)).getOwnership(
                .with {
                    $0.application = Founding.application
                    $0.asOf.day = .day(2013, 6, 30)
                }
            ).ownership
            #expect(ownership.shares.map(\.share) == [.of(1, 3), .of(3, 10), .of(11, 30)])
        }
    }

    @Test func theFormNeedsApprovalAndARefusalLeadsBack() async throws {
        try await House.with(.bare) { house in
            let founding = Founding(house: house)
            try await founding.registerParties()
            try await founding.createConsortium()
            let office = ConsortiumServiceClient(try house.client(.office))
            var approval = RecordApprovalRequest.with {
                $0.name = Founding.consortium
                $0.approval.reference = "12-1444"
                $0.approval.date = .day(2012, 1, 1)
                $0.requestID = .newRequest
            }
            let early = await refusal { _ = try await office.recordApproval(approval) }
            #expect(early?.code == .failedPrecondition && early?.metadata["state"] == "FORMING")
            try await founding.decide("founding") { $0.foundConsortium = FoundConsortium() }
            approval.requestID = .newRequest
            #expect(try await office.recordApproval(approval).consortium.state == .forming)
            try await founding.decide("once-more") { $0.foundConsortium = FoundConsortium() }
            #expect(try await founding.approve().state == .active)
        }
    }

    @discardableResult
    private func amend(
        _ founding: Founding, _ id: String = "amend", _ change: (inout Charter) -> Void
    ) async throws -> Decision {
        var charter = try await ConsortiumServiceClient(try founding.house.client(.office)).getConsortium(
            .with { $0.name = Founding.consortium }
        ).consortium.charter
        change(&charter)
        return try await founding.decide(id) { $0.amendCharter.charter = charter }
    }

    private func apply(_ person: Person, _ house: House) async throws -> Membership {
        try await ConsortiumServiceClient(try house.client(person)).applyForMembership(
            .with {
                $0.parent = Founding.consortium
                $0.party = person.party
                $0.requestID = .newRequest
            }
        ).membership
    }

    private func membership(of party: Person, as person: Person, _ house: House) async throws -> Membership {
        try await ConsortiumServiceClient(try house.client(person)).getMembership(
            .with { $0.name = Founding.consortium + "/memberships/" + party.code }
        ).membership
    }
}

extension House {
    /// Opens a ballot as the coordination office.
    func open(_ id: String, _ change: (inout Decision) -> Void) async throws -> Decision {
        var request = OpenDecisionRequest()
        request.parent = Founding.consortium
        request.decisionID = id
        change(&request.decision)
        request.requestID = .newRequest
        return try await DecisionServiceClient(try client(.office)).openDecision(request).decision
    }

    func vote(_ ballot: API.Ballot, on decision: Decision, as person: Person) async throws -> Decision {
        try await DecisionServiceClient(try client(person)).castVote(
            .with {
                $0.name = decision.name
                $0.ballot = ballot
                $0.requestID = .newRequest
            }
        ).decision
    }
}

extension AdmitMember {
    static func of(_ person: Person, from day: API.CivilDate) -> AdmitMember {
        .with {
            $0.party = person.party
            $0.voteWeight = 1
            $0.validFrom = day
            $0.buyIn = .euros(cents: 50_000)
        }
    }
}

extension AppointAuditorByDecision {
    static func of(_ person: Person) -> AppointAuditorByDecision {
        .with {
            $0.party = person.party
            $0.valid.start = .day(2012, 1, 1)
        }
    }
}

extension GiveNoticeRequest {
    static func notice(_ person: Person, received: API.CivilDate) -> GiveNoticeRequest {
        .with {
            $0.name = Founding.consortium + "/memberships/" + person.code
            $0.receivedOn = received
            $0.requestID = .newRequest
        }
    }
}
