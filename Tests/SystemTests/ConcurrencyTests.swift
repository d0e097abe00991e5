import API
import Foundation
import GRPC
import SwiftProtobuf
import Testing

/// Calls that meet: whoever comes first wins, the others are told so, and nothing happens twice.
@Suite(.timeLimit(.minutes(5)))
struct ConcurrencyTests {
    /// Makes calls at the same time; how each was refused, nil for success.
    private func atOnce(
        _ count: Int, _ call: @escaping @Sendable (Int) async throws -> Void
    ) async -> [Refusal?] {
        await withTaskGroup(of: Refusal?.self) { tasks in
            for number in 0..<count { tasks.addTask { await refusal { try await call(number) } } }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
    }

    private func entries(of register: String, in house: House) async throws -> [RegisterEntry] {
        try await RegisterServiceClient(try house.client(.office)).listEntries(
            .with {
                $0.register = register
                $0.pageSize = 1000
            }
        ).entries
    }

    private typealias Creation = @Sendable (House) async throws -> Void
    private static let creations: [(String, Creation)] = [
        (
            "party",
            { house in
                _ = try await MunicipalityServiceClient(try house.client(.operator)).createParty(
                    .party("neu", "Neu"))
            }
        ),
        (
            "consortium",
            { house in
                _ = try await ConsortiumServiceClient(try house.client(.office)).createConsortium(
                    .consortium("neu", members: Person.members.map(\.party)))
            }
        ),
        (
            "application",
            { house in
                _ = try await ApplicationServiceClient(try house.client(.office)).createApplication(
                    .application("neu", in: Founding.consortium))
            }
        ),
        (
            "metric",
            { house in
                _ = try await UsageServiceClient(try house.client(.office)).createMetric(
                    .metric("neu", of: Founding.application))
            }
        ),
        (
            "cost item",
            { house in
                _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("neu", net: 1))
            }
        ),
        (
            "period",
            { house in
                _ = try await PeriodServiceClient(try house.client(.office)).createPeriod(
                    .with {
                        $0.parent = Founding.consortium
                        $0.periodID = "y2012"
                        $0.period.kind = .fiscalYear
                        $0.period.days.start = .day(2012, 1, 1)
                        $0.requestID = .newRequest
                    })
            }
        ),
        (
            "decision",
            { house in
                _ = try await DecisionServiceClient(try house.client(.office)).openDecision(
                    .with {
                        $0.parent = Founding.consortium
                        $0.decisionID = "neu"
                        $0.decision.setOwnership = Founding.shares((1, 2), (3, 10), (1, 5))
                        $0.requestID = .newRequest
                    })
            }
        ),
    ]

    @Test func oneOfManyCreationsOfTheSameIDWins() async throws {
        try await House.with(.founded) { house in
            for (name, create) in Self.creations {
                let answers = await atOnce(6) { _ in try await create(house) }
                #expect(answers.count { $0 == nil } == 1, "\(name): \(answers)")
                let others = answers.compactMap { $0 }
                #expect(others.allSatisfy { $0.reason == "ALREADY_EXISTS" }, "\(name): \(others)")
            }
        }
    }

    @Test func twoCertificatesOfAPartyRepeatARequestOnce() async throws {
        try await House.with(.founded) { house in
            _ = try await AccessServiceClient(try house.client(.operator)).createCredential(
                .with {
                    $0.credential.name = "credentials/" + hex((try? Person.nobody.digest) ?? [])
                    $0.credential.party = Person.office.party
                    $0.credential.role = .coordinationOffice
                    $0.requestID = .newRequest
                })
            let request = CreateCostItemRequest.cost("once", net: 77)
            let before = try await entries(of: Founding.consortium, in: house).count
            let answers = await withTaskGroup(of: CreateCostItemResponse?.self) { tasks in
                for number in 0..<8 {
                    tasks.addTask {
                        let caller: Person = number.isMultiple(of: 2) ? .office : .nobody
                        return try? await CostServiceClient(try house.client(caller)).createCostItem(request)
                    }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 8 && Set(answers).count == 1, "\(answers)")
            #expect(answers.first != .some(nil))
            #expect(try await entries(of: Founding.consortium, in: house).count == before + 1)
            // The same identifier of another party is another request.
            let foreign = await refusal {
                _ = try await CostServiceClient(try house.client(.otherOffice)).createCostItem(request)
            }
            #expect(foreign?.code == .notFound)
        }
    }

    @Test func aRefusedRequestMayBeRepeatedUnderItsOwnIdentifier() async throws {
        try await House.with(.founded) { house in
            let costs = CostServiceClient(try house.client(.office))
            var request = CreateCostItemRequest.cost("later", net: 5)
            request.costItem.net.currency = "USD"
            let first = await refusal { _ = try await costs.createCostItem(request) }
            #expect(first?.fields == ["cost_item.net.currency"])
            #expect(await refusal { _ = try await costs.createCostItem(request) } == first)
            request.costItem.net.currency = "EUR"
            let booked = try await costs.createCostItem(request)
            #expect(try await costs.createCostItem(request) == booked)
        }
    }

    @Test func votesThatMeetAreCountedOneAfterTheOther() async throws {
        try await House.with(.founded) { house in
            let before = try await entries(of: Founding.consortium, in: house).count
            _ = try await DecisionServiceClient(try house.client(.office)).openDecision(
                .with {
                    $0.parent = Founding.consortium
                    $0.decisionID = "again"
                    $0.decision.setOwnership = Founding.shares((1, 3), (1, 3), (1, 3))
                    $0.requestID = .newRequest
                })
            let answers = await atOnce(Person.members.count) { number in
                _ = try await DecisionServiceClient(try house.client(Person.members[number])).castVote(
                    .with {
                        $0.name = Founding.consortium + "/decisions/again"
                        $0.ballot = .yes
                        $0.requestID = .newRequest
                    })
            }
            // Whoever comes after the verdict is told that the ballot is closed.
            #expect(answers.compactMap { $0 }.allSatisfy { $0.reason == "INVALID_STATE" }, "\(answers)")
            let after = try await entries(of: Founding.consortium, in: house).dropFirst(before)
            let votes = after.count { if case .voteCast = $0.change { true } else { false } }
            #expect(votes == answers.count { $0 == nil })
            #expect(after.count { if case .ownershipSet = $0.change { true } else { false } } == 1)
            let decision = try await DecisionServiceClient(try house.client(.office)).getDecision(
                .with { $0.name = Founding.consortium + "/decisions/again" }
            ).decision
            #expect(decision.state == .passed)
        }
    }
}
