import API
import GRPC
import SwiftProtobuf
import Testing

/// Revisions of an agreement from draft to end, what they change, and what others would mean.
@Suite(.timeLimit(.minutes(5)))
struct AgreementTests {
    private func draft(
        _ house: House, from day: API.CivilDate = .day(2012, 1, 1), weights: (Int64, Int64, Int64) = (15, 60, 25),
        _ change: (inout AgreementRevision) -> Void = { _ in }
    ) async throws -> AgreementRevision {
        var request = CreateAgreementRevisionRequest.agreement(weights: weights)
        request.agreementRevision.valid.start = day
        change(&request.agreementRevision)
        return try await AgreementServiceClient(try house.client(.office)).createAgreementRevision(request)
            .agreementRevision
    }

    private func adopt(_ revision: AgreementRevision, _ house: House) async throws {
        let id = revision.name.split(separator: "/").last ?? ""
        try await Founding(house: house).decide("adopt-\(id)") {
            $0.adoptAgreementRevision.agreementRevision = revision.name
        }
    }

    private func revisions(_ house: House) async throws -> [AgreementRevision] {
        try await AgreementServiceClient(try house.client(.itzgrund)).listAgreementRevisions(
            .with { $0.parent = Founding.agreement }
        ).agreementRevisions
    }

    @Test func aLaterRevisionTakesThePlaceOfTheOneBefore() async throws {
        try await House.with(.founded) { house in
            try await adopt(try await draft(house, from: .day(2013, 7, 1), weights: (20, 60, 20)), house)
            var stored = try await revisions(house)
            #expect(stored.map(\.state) == [.inForce, .inForce])
            #expect(stored[0].valid.end == .day(2013, 7, 1) && !stored[1].valid.hasEnd)
            // Back-dated to the beginning: nothing is left of those before.
            try await adopt(try await draft(house, weights: (30, 40, 30)), house)
            stored = try await revisions(house)
            #expect(stored.map(\.state) == [.superseded, .superseded, .inForce])

            try await Founding(house: house).decide("end") {
                $0.terminateAgreement.agreement = Founding.agreement
                $0.terminateAgreement.endDate = .day(2013, 1, 1)
            }
            stored = try await revisions(house)
            #expect(stored.map(\.state) == [.superseded, .superseded, .terminated])
            #expect(stored[2].valid.end == .day(2013, 1, 1))
            // It still holds for the days before its end, and for none after.
            let settling = Settling(house: house)
            try await settling.closeYear()
            #expect(try await settling.calculated("year-2012").agreementRevision == stored[2].name)
            let late = await refusal { _ = try await settling.calculated("year-2013", year: 2013) }
            #expect(late?.reason == "NO_REVISION_IN_FORCE")
            let again = await refusal {
                try await Founding(house: house).decide("end-again") {
                    $0.terminateAgreement.agreement = Founding.agreement
                    $0.terminateAgreement.endDate = .day(2012, 7, 1)
                }
            }
            #expect(again?.reason == "NO_REVISION_IN_FORCE")
        }
    }

    /// V4: without all four conditions of § 2b (3) no. 2 UStG nobody can adopt a revision that is not taxable.
    @Test func whatIsNotReadyIsNotPutToTheVote() async throws {
        try await House.with(.founded) { house in
            let revision = try await draft(house) { $0.vatConditions = [.costReimbursement, .longTermAgreement] }
            let refused = await refusal { try await adopt(revision, house) }
            #expect(refused?.fields == ["vat_treatment.conditions"])
            #expect(refused?.message.contains("COMMON_INFRASTRUCTURE, MAINLY_PUBLIC_BODIES") == true)
            let cases: [(String, (inout AgreementRevision) -> Void)] = [
                ("vat_provision", { $0.vatProvision = "§ 4 no. 29 UStG" }),
                (
                    "vat_provision",
                    {
                        $0.vatTreatment = .exempt
                        $0.vatConditions = []
                    }
                ),
                ("vat_conditions", { $0.vatTreatment = .standard }),
                ("vat_conditions[1]", { $0.vatConditions = [.costReimbursement, .costReimbursement] }),
                ("guards[0].guard", { $0.guards = [RateGuard()] }),
                ("guards[0].changes_per_year", { $0.guards = [.with { $0.changesPerYear = 0 }] }),
                ("guards[0].decided_before", { $0.guards = [.with { $0.decidedBefore.month = 13 }] }),
            ]
            for (field, change) in cases {
                let wrong = await refusal { _ = try await draft(house, change) }
                #expect(wrong?.fields == ["agreement_revision." + field], "\(wrong?.message ?? "")")
            }
        }
    }

    @Test func aGuardLimitsChanges() async throws {
        try await House.with(.founded) { house in
            let guarded: (inout AgreementRevision) -> Void = { $0.guards = [.with { $0.changesPerYear = 1 }] }
            try await adopt(try await draft(house, from: .day(2013, 1, 1), guarded), house)
            let second = try await draft(house, from: .day(2013, 7, 1), guarded)
            let refused = await refusal { try await adopt(second, house) }
            #expect(refused?.reason == "INVALID_STATE" && refused?.metadata["year"] == "2013")
            #expect(refused?.resource == second.name)
            try await adopt(try await draft(house, from: .day(2014, 1, 1), guarded), house)
            let until: (inout AgreementRevision) -> Void = {
                $0.guards = [
                    .with {
                        $0.decidedBefore.month = 6
                        $0.decidedBefore.day = 30
                    }
                ]
            }
            try await adopt(try await draft(house, from: .day(2015, 1, 1), until), house)
            // It is long past 30 June 2016.
            let late = await refusal {
                try await adopt(try await draft(house, from: .day(2016, 1, 1)), house)
            }
            #expect(late?.reason == "INVALID_STATE" && late?.message.contains("2016-06-30") == true)
        }
    }

    @Test func aDiffSaysWhatChanges() async throws {
        try await House.with(.founded) { house in
            let new = try await draft(house, from: .day(2013, 1, 1), weights: (20, 60, 20)) {
                $0.guards = [.with { $0.changesPerYear = 1 }]
            }
            let client = AgreementServiceClient(try house.client(.itzgrund))
            let diff = try await client.diffAgreementRevisions(
                .with {
                    $0.oldRevision = Founding.agreement + "/revisions/1"
                    $0.newRevision = new.name
                })
            #expect(
                diff.changes.map(\.sentence) == [
                    "valid: 2013-01-01/.. instead of 2012-01-01/..",
                    "guards: new: at most 1 changes of the rate in a year",
                    "pools.OPERATION: in equal parts: 20 % instead of 15 %",
                    "pools.OPERATION: by usage of bauantrag-cases: 20 % instead of 25 %",
                ])
            #expect(diff.changes[2].clause == "in equal parts" && diff.changes[2].oldValue == "15 %")
            let foreign = await refusal {
                _ = try await client.diffAgreementRevisions(
                    .with {
                        $0.oldRevision = Founding.agreement + "/revisions/1"
                        $0.newRevision = "consortia/hassberge/agreements/umlage/revisions/1"
                    })
            }
            #expect(foreign?.fields == ["new_revision"])
        }
    }

    @Test func alternativesAreSimulatedAndNothingIsStored() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            _ = try await MunicipalityServiceClient(try house.client(.ebern)).recordKeyFigure(
                .inhabitants(of: .ebern, year: 2011, value: 7355))
            let equal = try await draft(house, weights: (100, 0, 0)) {
                $0.pools[0].components = [$0.pools[0].components[0]]
            }
            let client = AgreementServiceClient(try house.client(.office))
            let answer = try await client.simulateAgreement(
                .with {
                    $0.parent = Founding.agreement
                    $0.period = .year(2012)
                    $0.alternatives = [
                        .with {
                            $0.label = "equal"
                            $0.agreementRevision = equal.name
                        },
                        .with {
                            $0.label = "with Ebern"
                            $0.joining = [Person.ebern.party]
                        },
                        .with {
                            $0.label = "without Itzgrund"
                            $0.leaving = [Person.itzgrund.party]
                        },
                        .with {
                            $0.label = "next year"
                            $0.period = .year(2013)
                            $0.costs = [
                                .with {
                                    $0.pool = .operation
                                    $0.cost = .euros(cents: 9_000_000)
                                }
                            ]
                        },
                    ]
                })
            #expect(answer.agreementRevision == Founding.agreement + "/revisions/1")
            let outcomes = answer.outcomes
            #expect(outcomes.map(\.label) == ["equal", "with Ebern", "without Itzgrund", "next year"])
            #expect(outcomes[0].pools[0].lines.map(\.after.minorUnits) == [3_333_334, 3_333_333, 3_333_333])
            #expect(
                outcomes[0].pools[0].lines.allSatisfy {
                    $0.difference.minorUnits == $0.after.minorUnits - $0.before.minorUnits
                })
            // The same cost over more heads: 100,000.00 : 6,645, then : 14,000 inhabitants; cases stay 300.
            let joined = outcomes[1].pools[0]
            #expect(joined.lines.map(\.party).contains(Person.ebern.party))
            #expect(joined.perInhabitant.before == .of(10_000_000, 6645))
            #expect(joined.perInhabitant.after == .of(10_000_000, 14_000))
            #expect(joined.perCase.before == .of(10_000_000, 300) && joined.perCase.after == joined.perCase.before)
            let left = try #require(outcomes[2].pools[0].lines.first { $0.party == Person.itzgrund.party })
            #expect(left.after.minorUnits == 0 && left.before.minorUnits == 3_449_812)
            #expect(outcomes[2].pools[0].lines.map(\.after.minorUnits).reduce(0, +) == 10_000_000)
            #expect(outcomes[3].obstacle.contains("2012-12-31") && outcomes[3].pools.isEmpty)
            #expect(
                try await settling.office.listSettlements(.with { $0.parent = Founding.consortium }).settlements.isEmpty
            )
        }
    }

    @Test func anAlternativeThatCannotBeReadIsRefused() async throws {
        try await House.with(.founded) { house in
            let client = AgreementServiceClient(try house.client(.office))
            for (field, change): (String, (inout SimulateAgreementRequest) -> Void) in [
                ("alternatives", { $0.alternatives = Array(repeating: .init(), count: 11) }),
                ("alternatives[0].joining[0]", { $0.alternatives[0].joining = [Person.itzgrund.party] }),
                ("alternatives[0].leaving[0]", { $0.alternatives[0].leaving = [Person.ebern.party] }),
            ] {
                var request = SimulateAgreementRequest()
                request.parent = Founding.agreement
                request.period = .year(2012)
                request.alternatives = [SimulatedAlternative()]
                change(&request)
                let refused = await refusal { _ = try await client.simulateAgreement(request) }
                #expect(refused?.fields == [field])
            }
            let member = await refusal {
                _ = try await AgreementServiceClient(try house.client(.itzgrund)).simulateAgreement(
                    .with {
                        $0.parent = Founding.agreement
                        $0.period = .year(2012)
                        $0.alternatives = [SimulatedAlternative()]
                    })
            }
            #expect(member?.code == .permissionDenied)
        }
    }

    /// An item is taken back, not deleted; what was settled before is recomputed with it.
    @Test func aReversedCostCountsNoMore() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let costs = CostServiceClient(try house.client(.office))
            let typo = CreateCostItemRequest.cost("typo", net: 500_000)
            let booked = try await costs.createCostItem(typo).costItem
            #expect(booked.state == .booked)
            let before = try await settling.calculated("before")
            let reversal = ReverseCostItemRequest.with {
                $0.name = booked.name
                $0.requestID = .newRequest
            }
            let reversed = try await costs.reverseCostItem(reversal)
            #expect(reversed.costItem.state == .reversed && reversed.registerPosition > 0)
            #expect(try await costs.reverseCostItem(reversal) == reversed)
            let again = await refusal {
                _ = try await costs.reverseCostItem(
                    .with {
                        $0.name = booked.name
                        $0.requestID = .newRequest
                    })
            }
            #expect(again?.reason == "INVALID_STATE")
            let after = try await settling.calculated("after")
            #expect(before.total.minorUnits - after.total.minorUnits == 500_000)
            #expect(try await settling.recompute(before).isIdentical)
            func list(_ showsReversed: Bool) async throws -> [CostItem] {
                try await costs.listCostItems(
                    .with {
                        $0.parent = Founding.consortium
                        $0.period = .year(2012)
                        $0.showReversed = showsReversed
                    }
                ).costItems
            }
            #expect(try await list(false).map(\.name).contains(booked.name) == false)
            #expect(try await list(true).map(\.state) == [.booked, .reversed])
        }
    }
}
