import API
import GRPC
import SwiftProtobuf
import Testing

/// A rule with every component and every step, from its draft through the vote to a settlement.
@Suite(.timeLimit(.minutes(5)))
struct AllocationRuleTests {
    private static let agreement = Founding.consortium + "/agreements/everything"

    @Test func everyComponentAndStepIsAdoptedAndSettled() async throws {
        try await House.with(.founded) { house in
            let client = AgreementServiceClient(try house.client(.office))
            let draft = try await client.createAgreementRevision(Self.draft()).agreementRevision
            let founding = Founding(house: house)
            let decision = try await founding.decide("everything") {
                $0.adoptAgreementRevision.agreementRevision = draft.name
            }
            #expect(decision.state == .passed)
            let stored = try await AgreementServiceClient(try house.client(.grossheirath)).getAgreementRevision(
                .with { $0.name = draft.name })
            #expect(stored.agreementRevision.state == .inForce)
            #expect(stored.agreementRevision.pools == Self.draft().agreementRevision.pools)
            for (person, cases) in zip(Person.members, Figures.cases) {
                _ = try await ingest([.batch(person, quantities: [cases])], as: person, in: house)
            }
            _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("all", net: 10_000_001))
            var request = CalculateSettlementRequest.settlement("everything")
            request.agreement = Self.agreement
            let settlement = try await SettlementServiceClient(try house.client(.office)).calculateSettlement(request)
                .settlement
            // 1,000,000.1 in advance, 10,000 fixed, 100 by the floor of the exempt third; the rest of 8,989,900.9 cents
            // by an eighth each of 1/2, 5/8, 2595/4939, 700/911, 2/3, 1/4, 2/3, 1/2.
            #expect(settlement.lines.map(\.amount.minorUnits) == Self.lines)
            #expect(settlement.lines.map(\.amount.minorUnits).reduce(0, +) == 10_000_001)
            let keys = settlement.lines[0].components.map(\.key)
            #expect(
                keys == [
                    "pre-charge", "in equal parts", "by ownership", "by inhabitants on 2011-12-31", "by case",
                    "by size class of inhabitants on 2011-12-31", "by a-key of 2016", "by agreed weights",
                    "in equal parts",
                ])
            #expect(settlement.lines[0].components[5].ratio == .of(2, 3))
            #expect(settlement.lines[0].components[6].source.hasPrefix("Gazette 2016, page 7; "))
        }
    }

    @Test func aRuleThatCannotBeReadIsRefusedByItsField() async throws {
        try await House.with(.founded) { house in
            let client = AgreementServiceClient(try house.client(.office))
            let cases: [(String, (inout PoolAllocation) -> Void)] = [
                (".components[4].tier.classes[0].upper_bound", { $0.components[4].tier.classes[0].upperBound = 0 }),
                (
                    ".components[5].published_key.parts[1].party",
                    { $0.components[5].publishedKey.parts[1].party = Person.members[0].party }
                ),
                (".components[5].published_key.parts", { $0.components[5].publishedKey.parts[0].weight = .of(1, 3) }),
                (
                    ".components[6].weights.weights[0].weight",
                    { $0.components[6].weights.weights[0].weight = .of(1, 0) }
                ),
                (".components[7].parties[0]", { $0.components[7].parties = ["consortia/x"] }),
                (
                    ".components[2].key_figure.school_day",
                    { $0.components[2].keyFigure.referenceDateRule = .schoolStatistics }
                ),
                (".steps[0].precharge.share", { $0.steps[0].precharge.share = .of(1, 0) }),
                (".steps[1].amount", { $0.steps[1].fixed.amount.minorUnits = -1 }),
                (".steps[1].fixed.amount.currency", { $0.steps[1].fixed.amount.currency = "USD" }),
                (".steps[2].cap.limit", { $0.steps[2].cap.limit = nil }),
                (".steps[4].step", { $0.steps[4].step = nil }),
                ("", { $0.steps[4].exempt.party = Person.ebern.party }),
            ]
            for (field, change) in cases {
                var request = Self.draft()
                change(&request.agreementRevision.pools[0])
                let refused = await refusal { _ = try await client.createAgreementRevision(request) }
                #expect(refused?.fields == ["agreement_revision.pools[0]" + field])
                #expect(refused?.code == (field.isEmpty ? .permissionDenied : .invalidArgument), "\(field)")
            }
        }
    }

    private static let lines: [Int64] = [6_059_213, 3_940_688, 100]

    private static func draft() -> CreateAgreementRevisionRequest {
        var request = CreateAgreementRevisionRequest.agreement()
        request.parent = agreement
        var figure = KeyFigureComponent()
        figure.kind = .inhabitants
        figure.referenceDateRule = .previousDecember31
        request.agreementRevision.pools = [
            .with {
                $0.pool = .operation
                $0.components = [
                    .with { $0.equal = EqualComponent() },
                    .with { $0.ownership.application = Founding.application },
                    .with { $0.keyFigure = figure },
                    .with { $0.usage.metric = Founding.metric },
                    .with {
                        $0.tier.keyFigure = figure
                        $0.tier.classes = [
                            .with {
                                $0.upperBound = 2500
                                $0.points = 1
                            }, .with { $0.points = 2 },
                        ]
                    },
                    .with {
                        $0.publishedKey.publishedKey = "a-key"
                        $0.publishedKey.year = 2016
                        $0.publishedKey.unit = "%"
                        $0.publishedKey.source = "Gazette 2016, page 7"
                        $0.publishedKey.parts = weights((1, 8), (3, 8), (1, 2))
                    },
                    .with { $0.weights.weights = weights((1, 3), (1, 6), (0, 1)) },
                    .with {
                        $0.equal = EqualComponent()
                        $0.parties = Person.members.prefix(2).map(\.party)
                    },
                ]
                for index in $0.components.indices { $0.components[index].weight = .of(1, 8) }
                $0.steps = steps
            }
        ]
        return request
    }

    private static var steps: [AllocationStep] {
        let parties = Person.members.map(\.party)
        return [
            .with {
                $0.precharge.party = parties[0]
                $0.precharge.share = .of(1, 10)
            },
            .with {
                $0.fixed.party = parties[1]
                $0.fixed.amount = .euros(cents: 10_000)
            },
            .with { $0.cap.share = .of(9, 10) },
            .with {
                $0.floor.party = parties[2]
                $0.floor.amount = .euros(cents: 100)
            },
            .with { $0.exempt.party = parties[2] },
        ]
    }

    private static func weights(_ parts: (Int64, Int64)...) -> [PartyWeight] {
        zip(Person.members, parts).map { member, part in
            .with {
                $0.party = member.party
                $0.weight = .of(part.0, part.1)
            }
        }
    }
}
