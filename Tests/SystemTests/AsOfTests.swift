import API
import Foundation
import SwiftProtobuf
import Testing

/// Reads of what was valid on a day, as known at a place in the register.
@Suite(.timeLimit(.minutes(5)))
struct AsOfTests {
    /// One state three ways: by size, by checkpoint and by the instant of its newest entry.
    @Test func aStateIsNamedBySizeCheckpointOrTime() async throws {
        try await House.with(.founded) { house in
            let costs = CostServiceClient(try house.client(.office))
            let register = RegisterServiceClient(try house.client(.office))
            _ = try await costs.createCostItem(.cost("first", net: 100))
            let kept = try await register.getCheckpoint(.with { $0.register = Founding.consortium })
            _ = try await costs.createCostItem(.cost("second", net: 200))
            let entry = try await self.entry(kept.size - 1, register)
            let states: [AsOf] = [
                .with { $0.registerSize = kept.size }, .with { $0.checkpoint = kept.checkpoint },
                .with { $0.time = timestamp(entry.recordedMicros) },
            ]
            for state in states {
                let answer = try await costs.listCostItems(.items(state))
                #expect(answer.costItems.map(\.name) == [Founding.consortium + "/costItems/first"], "\(state)")
                #expect(answer.asOf.registerSize == kept.size && answer.asOf.hasDay)
                // What an answer says leads to the same answer again.
                #expect(try await costs.listCostItems(.items(answer.asOf)) == answer)
            }
            let before = try await costs.listCostItems(
                .items(.with { $0.time = timestamp(entry.recordedMicros - 1) }))
            #expect(before.costItems.isEmpty && before.asOf.registerSize == kept.size - 1)
            #expect(try await costs.listCostItems(.items(AsOf())).costItems.count == 2)
        }
    }

    @Test func statesThatLeadNowhereAreRefused() async throws {
        try await House.with(.founded) { house in
            let costs = CostServiceClient(try house.client(.office))
            let register = RegisterServiceClient(try house.client(.office))
            let size = try await register.getCheckpoint(.with { $0.register = Founding.consortium }).size
            let platform = try await register.getCheckpoint(.with { $0.register = "platform" }).checkpoint
            let cases: [(AsOf, String)] = [
                (.with { $0.registerSize = size + 1 }, "as_of.register_size"),
                (.with { $0.registerSize = -1 }, "as_of.register_size"),
                (.with { $0.checkpoint = "no note" }, "as_of.checkpoint"),
                (.with { $0.checkpoint = platform }, "as_of.checkpoint"),
                (.with { $0.time = Google_Protobuf_Timestamp(seconds: 253_402_300_799) }, "as_of.time"),
                (.with { $0.day = .day(2012, 2, 30) }, "as_of.day"),
            ]
            for (state, field) in cases {
                let refused = await refusal { _ = try await costs.listCostItems(.items(state)) }
                #expect(refused?.fields == [field], "\(state)")
            }
        }
    }

    /// Each read of versioned data goes back to what it was.
    @Test func versionedDataAreReadAsTheyWere() async throws {
        try await House.with(.founded) { house in
            let register = RegisterServiceClient(try house.client(.office))
            let agreements = AgreementServiceClient(try house.client(.office))
            let name = Founding.agreement + "/revisions/1"
            let now = try await agreements.getAgreementRevision(.with { $0.name = name })
            #expect(now.agreementRevision.state == .inForce && !now.hasAsOf)
            let drafted = try await position(register) {
                if case .agreementRevisionDrafted(let revision) = $0.change { revision.name == name } else { false }
            }
            let then = try await agreements.getAgreementRevision(
                .with {
                    $0.name = name
                    $0.asOf.registerSize = drafted + 1
                })
            #expect(then.agreementRevision.state == .draft && then.asOf.registerSize == drafted + 1)
            let refused = await refusal {
                _ = try await agreements.getAgreementRevision(
                    .with {
                        $0.name = name
                        $0.asOf.registerSize = drafted
                    })
            }
            #expect(refused?.reason == "UNKNOWN_RESOURCE")
            // A day before the revision's valid range has none.
            let early = try await agreements.listAgreementRevisions(
                .with {
                    $0.parent = Founding.agreement
                    $0.asOf.day = .day(2011, 12, 31)
                })
            #expect(early.agreementRevisions.isEmpty)

            let consortia = ConsortiumServiceClient(try house.client(.office))
            let forming = try await consortia.getConsortium(
                .with {
                    $0.name = Founding.consortium
                    $0.asOf.registerSize = 1
                })
            #expect(forming.consortium.state == .forming)
        }
    }

    /// A decision was open before it was carried, with the votes that had been cast by then.
    @Test func decisionsAreReadAsTheyStood() async throws {
        try await House.with(.founded) { house in
            let size = try await newest(house).registerSize
            try await Founding(house: house).amendCharter { $0.compareUsage = true }
            let decisions = DecisionServiceClient(try house.client(.auditor))
            let name = Founding.consortium + "/decisions/amend"
            let stages: [(Int64, API.DecisionState, Int)] = [(1, .open, 0), (2, .open, 1), (3, .passed, 2)]
            for (entries, state, votes) in stages {
                let asOf = AsOf.with { $0.registerSize = size + entries }
                let one = try await decisions.getDecision(
                    .with {
                        $0.name = name
                        $0.asOf = asOf
                    })
                #expect(one.decision.state == state && one.asOf.registerSize == size + entries, "\(entries)")
                #expect(one.decision.votes.count { $0.ballot != .unspecified } == votes, "\(entries)")
                let list = try await decisions.listDecisions(
                    .with {
                        $0.parent = Founding.consortium
                        $0.asOf = asOf
                    })
                #expect(list.decisions.last == one.decision && list.asOf == one.asOf)
            }
            let early = await refusal {
                _ = try await decisions.getDecision(
                    .with {
                        $0.name = name
                        $0.asOf.registerSize = size
                    })
            }
            #expect(early?.reason == "UNKNOWN_RESOURCE")
        }
    }

    @Test func partiesAndApplicationsAreThoseOfThen() async throws {
        try await House.with(.founded) { house in
            let parties = MunicipalityServiceClient(try house.client(.operator))
            let before = try await parties.listParties(ListPartiesRequest())
            _ = try await parties.createParty(.party("neu", "Neu"))
            let after = try await parties.listParties(ListPartiesRequest())
            #expect(after.parties.count == before.parties.count + 1)
            #expect(after.asOf.registerSize == before.asOf.registerSize + 1)
            #expect(try await parties.listParties(.with { $0.asOf = before.asOf }) == before)
            let request = GetPartyRequest.with { $0.name = "parties/neu" }
            #expect(try await parties.getParty(request).asOf == after.asOf)
            var early = request
            early.asOf = before.asOf
            #expect(await refusal { _ = try await parties.getParty(early) }?.reason == "UNKNOWN_RESOURCE")

            let applications = ApplicationServiceClient(try house.client(.office))
            let some = try await applications.listApplications(.with { $0.parent = Founding.consortium })
            _ = try await applications.createApplication(.application("meldewesen", in: Founding.consortium))
            let more = try await applications.listApplications(.with { $0.parent = Founding.consortium })
            #expect(more.applications.count == some.applications.count + 1)
            let then = try await applications.listApplications(
                .with {
                    $0.parent = Founding.consortium
                    $0.asOf = some.asOf
                })
            #expect(then == some)
        }
    }

    /// What passes through states was in an earlier one, or was not there yet.
    @Test func periodsAndSettlementsAreReadAsTheyStood() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let periods = PeriodServiceClient(try house.client(.office))
            let settlements = SettlementServiceClient(try house.client(.office))
            let closed = try await newest(house)
            let calculated = try await settling.calculated("year")
            let afterwards = try await newest(house)
            _ = try await settling.approve(calculated)
            try await settling.reopen(2012, "again")

            let name = Founding.consortium + "/periods/y2012"
            for (state, expected) in [(AsOf(), API.PeriodState.reopened), (closed, .closed)] {
                let one = try await periods.getPeriod(
                    .with {
                        $0.name = name
                        $0.asOf = state
                    })
                let list = try await periods.listPeriods(
                    .with {
                        $0.parent = Founding.consortium
                        $0.asOf = state
                    })
                #expect(one.period.state == expected && list.periods == [one.period])
                #expect(one.asOf == list.asOf && one.asOf.hasDay)
                if state.registerSize > 0 { #expect(one.asOf.registerSize == state.registerSize) }
            }
            for (state, expected) in [(AsOf(), API.SettlementState.approved), (afterwards, .calculated), (closed, nil)]
            {
                let list = try await settlements.listSettlements(
                    .with {
                        $0.parent = Founding.consortium
                        $0.asOf = state
                    })
                #expect(list.settlements.map(\.state) == (expected.map { [$0] } ?? []) && list.hasAsOf)
                let one = try? await settlements.getSettlement(
                    .with {
                        $0.name = calculated.name
                        $0.asOf = state
                    })
                #expect(one?.settlement.state == expected && one?.settlement.lines.count == expected.map { _ in 3 })
            }
        }
    }

    @Test func releasesAreReadAsTheyStood() async throws {
        try await House.with(.founded) { house in
            let applications = ApplicationServiceClient(try house.client(.office))
            let before = try await newest(house)
            let planned = try await applications.planRelease(
                .with {
                    $0.parent = Founding.application
                    $0.release.version = "3.1"
                    $0.release.license = "EUPL-1.2"
                    $0.requestID = .newRequest
                }
            ).release
            func versions(_ state: AsOf) async throws -> [String] {
                try await applications.listReleases(
                    .with {
                        $0.parent = Founding.application
                        $0.asOf = state
                    }
                ).releases.map(\.version)
            }
            #expect(try await versions(AsOf()).contains(planned.version))
            #expect(try await !versions(before).contains(planned.version))
        }
    }

    /// A figure that was corrected is still what it was.
    @Test func keyFiguresAreReadAtThePlatformsRegister() async throws {
        try await House.with(.founded) { house in
            let municipalities = MunicipalityServiceClient(try house.client(.operator))
            let party = "parties/" + Person.itzgrund.code
            let before = try await municipalities.listKeyFigures(.with { $0.parent = party })
            _ = try await municipalities.recordKeyFigure(
                .with {
                    $0.keyFigure = before.keyFigures[0]
                    $0.keyFigure.value += 1
                    $0.keyFigure.status = .revised
                    $0.requestID = .newRequest
                })
            let after = try await municipalities.listKeyFigures(.with { $0.parent = party })
            #expect(after.keyFigures != before.keyFigures)
            let again = try await municipalities.listKeyFigures(
                .with {
                    $0.parent = party
                    $0.asOf = before.asOf
                })
            #expect(again == before)
        }
    }

    private func newest(_ house: House) async throws -> AsOf {
        let register = RegisterServiceClient(try house.client(.office))
        let size = try await register.getCheckpoint(.with { $0.register = Founding.consortium }).size
        return .with { $0.registerSize = size }
    }

    private func timestamp(_ micros: Int64) -> Google_Protobuf_Timestamp {
        Google_Protobuf_Timestamp(seconds: micros / 1_000_000, nanos: Int32(micros % 1_000_000) * 1000)
    }

    private func entry(_ position: Int64, _ register: RegisterServiceClient) async throws -> RegisterEntry {
        let answer = try await register.listEntries(
            .with {
                $0.register = Founding.consortium
                $0.start = position
                $0.pageSize = 1
            })
        return try #require(answer.entries.first)
    }

    private func position(
        _ register: RegisterServiceClient, where matches: (RegisterEntry) -> Bool
    ) async throws -> Int64 {
        let answer = try await register.listEntries(.with { $0.register = Founding.consortium })
        let found = answer.entries.first(where: matches)
        return try #require(found).position
    }
}

extension ListCostItemsRequest {
    fileprivate static func items(_ state: AsOf) -> ListCostItemsRequest {
        .with {
            $0.parent = Founding.consortium
            $0.period = .year(2012)
            $0.asOf = state
        }
    }
}
