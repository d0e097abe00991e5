import API
import Foundation
import GRPC
import SwiftProtobuf
import Testing

/// The states of consortia, memberships, decisions, releases and adoptions: every short history through the server.
/// StateMachineTests tries longer ones on the machines themselves.
@Suite(.timeLimit(.minutes(5)))
struct LifecycleTests {
    @Test func everyShortHistoryOfARelease() async throws {
        try await House.with(.founded) { house in
            let office = ApplicationServiceClient(try house.client(.office))
            let name = { @Sendable (version: String) in Founding.application + "/releases/" + version }
            try await ShortHistories(
                attempts: [
                    Attempt("publish", ["PLANNED": "RELEASED"]) { version, _ in
                        _ = try await office.publishRelease(.version(version))
                    },
                    Attempt("deprecate", ["RELEASED": "DEPRECATED"]) { version, _ in
                        _ = try await office.deprecateRelease(.deprecate(name(version)))
                    },
                    Attempt(
                        "withdraw", ["PLANNED": "WITHDRAWN", "RELEASED": "WITHDRAWN", "DEPRECATED": "WITHDRAWN"]
                    ) { version, _ in _ = try await office.withdrawRelease(.withdraw(name(version))) },
                ],
                length: 4, start: "PLANNED",
                begin: { history in
                    _ = try await office.planRelease(
                        .with {
                            $0.parent = Founding.application
                            $0.release = .sample("2.\(history)")
                            $0.requestID = .newRequest
                        })
                    return "2.\(history)"
                },
                state: { version in
                    let releases = try await office.listReleases(.with { $0.parent = Founding.application }).releases
                    return releases.first { $0.version == version }?.state.nameInRefusals ?? ShortHistories.none
                }
            ).run()
        }
    }

    @Test func everyShortHistoryOfAnAdoption() async throws {
        try await House.with(.founded) { house in
            let office = ApplicationServiceClient(try house.client(.office))
            let member = ApplicationServiceClient(try house.client(.itzgrund))
            func attempt(_ state: API.AdoptionState, _ leads: [String: String]) -> Attempt {
                Attempt("\(state)", leads) { application, step in
                    _ = try await member.recordAdoption(
                        .adoption(
                            of: application, by: .itzgrund, state, version: state == .live ? "1.\(step)" : "",
                            since: .day(2012, 1, Int32(step) + 1)))
                }
            }
            try await ShortHistories(
                attempts: [
                    attempt(.interest, ["none": "INTEREST", "ENDED": "INTEREST"]),
                    attempt(.agreed, ["none": "AGREED", "INTEREST": "AGREED", "ENDED": "AGREED"]),
                    attempt(
                        .live,
                        ["none": "LIVE", "INTEREST": "LIVE", "AGREED": "LIVE", "LIVE": "LIVE", "ENDED": "LIVE"]),
                    attempt(.ended, ["INTEREST": "ENDED", "AGREED": "ENDED", "LIVE": "ENDED"]),
                ],
                length: 3, start: ShortHistories.none,
                begin: { history in
                    let application = try await office.createApplication(
                        .application("a\(history)", in: Founding.consortium)
                    ).application.name
                    for step in 0..<3 {
                        _ = try await office.publishRelease(.publish(.sample("1.\(step)"), of: application))
                    }
                    return application
                },
                state: { application in
                    let adoptions = try await member.listAdoptions(
                        .with {
                            $0.parent = application
                            $0.history = true
                        }
                    ).adoptions
                    let last = adoptions.max { $0.valid.start.day < $1.valid.start.day }
                    return last?.state.nameInRefusals ?? ShortHistories.none
                }
            ).run()
        }
    }

    @Test func everyShortHistoryOfADecision() async throws {
        try await House.with(.founded) { house in
            let charter = try await ConsortiumServiceClient(try house.client(.office)).getConsortium(
                .with { $0.name = Founding.consortium }
            ).consortium.charter
            let decisions = DecisionServiceClient(try house.client(.office))
            let decision = { @Sendable (name: String) in Decision.with { $0.name = name } }
            try await ShortHistories(
                attempts: [
                    Attempt("abstain", ["OPEN": "OPEN"]) { name, _ in
                        _ = try await house.vote(.abstain, on: decision(name), as: .untermerzbach)
                    },
                    Attempt("carry", ["OPEN": "PASSED"]) { name, _ in
                        _ = try await house.vote(.yes, on: decision(name), as: .grossheirath)
                        _ = try await house.vote(.yes, on: decision(name), as: .itzgrund)
                    },
                    Attempt("refuse", ["OPEN": "REJECTED"]) { name, _ in
                        // Two thirds are out of reach after two that do not say yes.
                        let first = try await house.vote(.no, on: decision(name), as: .grossheirath)
                        if first.state == .open { _ = try await house.vote(.no, on: first, as: .itzgrund) }
                    },
                    Attempt("withdraw", ["OPEN": "WITHDRAWN"]) { name, _ in
                        _ = try await decisions.withdrawDecision(
                            .with {
                                $0.name = name
                                $0.requestID = .newRequest
                            })
                    },
                ],
                length: 3, start: "OPEN",
                begin: { history in
                    try await house.open("d\(history)") { $0.amendCharter.charter = charter }.name
                },
                state: { name in
                    try await decisions.getDecision(.with { $0.name = name }).decision.state.nameInRefusals
                }
            ).run()
        }
    }

    @Test func everyShortHistoryOfAMembership() async throws {
        try await House.with(.founded) { house in
            let office = ConsortiumServiceClient(try house.client(.office))
            let parties = MunicipalityServiceClient(try house.client(.operator))
            let founding = Founding(house: house)
            // Two thirds stay with the founders, however many join.
            try await founding.decide("weights") { decision in
                decision.amendCharter.voteWeights = Person.members.map { person in
                    .with {
                        $0.party = person.party
                        $0.voteWeight = 1000
                    }
                }
            }
            let name = { @Sendable (party: String) in "\(Founding.consortium)/memberships/\(party)" }
            let apply = { @Sendable (party: String) in
                _ = try await office.applyForMembership(
                    .with {
                        $0.parent = Founding.consortium
                        $0.party = "parties/" + party
                        $0.requestID = .newRequest
                    })
            }
            try await ShortHistories(
                attempts: [
                    Attempt("apply", ["none": "APPLIED"]) { party, _ in try await apply(party) },
                    Attempt("withdraw", ["APPLIED": "none"]) { party, _ in
                        _ = try await office.withdrawMembershipApplication(
                            .with {
                                $0.name = name(party)
                                $0.requestID = .newRequest
                            })
                    },
                    Attempt("admit", ["APPLIED": "ACTIVE"]) { party, step in
                        try await founding.decide("\(party)-\(step)") {
                            $0.admitMember = .of(.ebern, from: .day(2013, 1, 1))
                            $0.admitMember.party = "parties/" + party
                        }
                    },
                    Attempt("notice", ["ACTIVE": "NOTICE_GIVEN"]) { party, _ in
                        _ = try await office.giveNotice(
                            .with {
                                $0.name = name(party)
                                $0.requestID = .newRequest
                            })
                    },
                    // Nobody is settled before the membership has ended, which takes a year here.
                    Attempt("settle", [:]) { party, _ in _ = try await office.settleMembership(.settling(name(party)))
                    },
                ],
                length: 3, start: "APPLIED",
                begin: { history in
                    _ = try await parties.createParty(.party("m\(history)", "Markt \(history)"))
                    try await apply("m\(history)")
                    return "m\(history)"
                },
                state: { party in
                    let all = try await office.listMemberships(.with { $0.parent = Founding.consortium }).memberships
                    return all.last { $0.party == "parties/" + party }?.state.nameInRefusals ?? ShortHistories.none
                }
            ).run()
        }
    }

    @Test func everyShortHistoryOfAConsortium() async throws {
        try await House.with(.founded) { house in
            let office = ConsortiumServiceClient(try house.client(.office))
            let founders: [Person] = [.grossheirath, .itzgrund]
            let attempts = try attempts(house, founders)
            let prepare = { @Sendable (id: String) in
                try await office.createConsortium(.consortium(id, members: founders.map(\.party))).consortium.name
            }
            let state = { @Sendable (name: String) in
                try await office.getConsortium(.with { $0.name = name }).consortium.state.nameInRefusals
            }
            try await ShortHistories(
                attempts: attempts, length: 3, start: "FORMING", begin: { try await prepare("k\($0)") }, state: state
            ).run()
            try await ShortHistories(
                attempts: attempts, length: 2, start: "ACTIVE",
                begin: { history in
                    let name = try await prepare("l\(history)")
                    try await house.decide("founding", in: name, by: founders) {
                        $0.foundConsortium = FoundConsortium()
                    }
                    _ = try await office.recordApproval(.approval(of: name, granted: true))
                    return name
                },
                state: state
            ).run()
        }
    }

    private func attempts(_ house: House, _ founders: [Person]) throws -> [Attempt] {
        let office = ConsortiumServiceClient(try house.client(.office))
        return [
            Attempt("found", ["FORMING": "AWAITING_APPROVAL"]) { name, step in
                try await house.decide("found-\(step)", in: name, by: founders) {
                    $0.foundConsortium = FoundConsortium()
                }
            },
            Attempt("approve", ["AWAITING_APPROVAL": "ACTIVE"]) { name, _ in
                _ = try await office.recordApproval(.approval(of: name, granted: true))
            },
            Attempt("refuse", ["AWAITING_APPROVAL": "FORMING"]) { name, _ in
                _ = try await office.recordApproval(.approval(of: name, granted: false))
            },
            Attempt("dissolve", ["ACTIVE": "IN_LIQUIDATION"]) { name, step in
                try await house.decide("dissolve-\(step)", in: name, by: founders) {
                    $0.dissolveConsortium.dissolvedOn = .day(2999, 1, 1)
                }
            },
            // Its memberships last for a long time yet.
            Attempt("complete", [:]) { name, _ in _ = try await office.completeLiquidation(.completing(name)) },
        ]
    }
}
