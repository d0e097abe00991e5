import API
import GRPC
import SwiftProtobuf
import Testing

/// What was agreed on numbers, and what came late, as they were known at an older size of the register.
@Suite(.timeLimit(.minutes(5)))
struct UsageAgreementHistoryTests {
    private func statements(
        _ asOf: AsOf?, _ house: House, as person: Person = .itzgrund, year: Int32 = 2012
    ) async throws -> ListUsageStatementsResponse {
        try await UsageServiceClient(try house.client(person)).listUsageStatements(
            .with {
                $0.parent = Founding.application
                $0.period = .year(year)
                if let asOf { $0.asOf = asOf }
            })
    }

    private func late(_ asOf: AsOf?, _ house: House) async throws -> ListLateUsageResponse {
        try await UsageServiceClient(try house.client(.office)).listLateUsage(
            .with {
                $0.parent = Founding.application
                $0.booked = .year(2013)
                if let asOf { $0.asOf = asOf }
            })
    }

    private func confirm(_ house: House) async throws -> UsageStatement {
        try await UsageServiceClient(try house.client(.itzgrund)).confirmUsage(
            .with {
                $0.parent = Founding.application
                $0.period = .year(2012)
                $0.requestID = .newRequest
            }
        ).statement
    }

    @Test func statementsAreHeldAgainstTheTotalsOfTheirTime() async throws {
        try await House.with(.founded) { house in
            let first = try await ingest([.batch(.itzgrund, quantities: [3, 4])], as: .itzgrund, in: house)[0]
            let confirmed = try await confirm(house)
            let second = try await ingest([.batch(.itzgrund, first: 5, quantities: [1])], as: .itzgrund, in: house)[0]
            let verdicts: [(Int64, UsageVerdict)] = [
                (first.registerPosition, .missing), (confirmed.registerPosition, .missing),
                (confirmed.registerPosition + 1, .confirmed), (second.registerPosition, .confirmed),
                (second.registerPosition + 1, .outdated),
            ]
            for (size, verdict) in verdicts {
                let then = try await statements(.size(size), house)
                #expect(then.statements.map(\.verdict) == [verdict], "\(size)")
                #expect(then.asOf == .size(size))
            }
            let now = try await statements(nil, house)
            #expect(now.statements.map(\.verdict) == [.outdated] && now.asOf == .size(second.registerPosition + 1))
            #expect(try await statements(now.asOf, house) == now)
        }
    }

    /// Who was not a member then, or is not known to be one yet, is not missed.
    @Test func theMembersAreThoseOfTheDaysAndOfTheState() async throws {
        try await House.with(.founded) { house in
            let before = try await statements(nil, house, as: .office, year: 2013)
            try await house.joinEbern()
            let joined = Person.members.map(\.party) + [Person.ebern.party]
            let after = try await statements(nil, house, as: .office, year: 2013)
            #expect(after.statements.map(\.party) == joined.sorted())
            let then = try await statements(before.asOf, house, as: .office, year: 2013)
            #expect(then == before && then.statements.map(\.party) == Person.members.map(\.party).sorted())
            let year = try await statements(nil, house, as: .office)
            #expect(year.statements.map(\.party) == Person.members.map(\.party).sorted())
        }
    }

    @Test func whatCameLateIsShownFromThenOn() async throws {
        try await House.with(.founded) { house in
            _ = try await ingest([.batch(.itzgrund, quantities: [3])], as: .itzgrund, in: house)
            let periods = PeriodServiceClient(try house.client(.office))
            let period = try await periods.createPeriod(.year(2012)).period
            _ = try await periods.closePeriod(
                .with {
                    $0.name = period.name
                    $0.requestID = .newRequest
                })
            let receipt = try await ingest([.batch(.itzgrund, first: 1, quantities: [9])], as: .itzgrund, in: house)[0]
            let before = try await late(.size(receipt.registerPosition), house)
            #expect(before.entries.isEmpty && before.asOf == .size(receipt.registerPosition))
            let after = try await late(.size(receipt.registerPosition + 1), house)
            #expect(after.entries.map(\.quantity) == [9])
            let now = try await late(nil, house)
            #expect(now == after && now.asOf == .size(receipt.registerPosition + 1))
        }
    }

    @Test func statesThatNeverWereAreRefused() async throws {
        try await House.with(.founded) { house in
            let day = AsOf.with { $0.day = .day(2012, 1, 1) }
            for (asOf, field) in [(day, "as_of.day"), (.size(1 << 40), "as_of.register_size")] {
                #expect(await refusal { _ = try await statements(asOf, house) }?.fields == [field])
                #expect(await refusal { _ = try await late(asOf, house) }?.fields == [field])
            }
        }
    }
}

extension AsOf {
    fileprivate static func size(_ size: Int64) -> AsOf { .with { $0.registerSize = size } }
}
