import API
import GRPC
import SwiftProtobuf
import Testing

/// Surplus and deficit that are carried forward, and what ballots freeze.
@Suite(.timeLimit(.minutes(5)))
struct BalanceTests {
    private func advance(_ id: String, _ year: Int32, need: Int64, _ settling: Settling) async throws -> Settlement {
        var request = CalculateSettlementRequest.settlement(id, year: year)
        request.advance.budget.pools = [
            .with {
                $0.pool = .operation
                $0.need = .euros(cents: need)
            }
        ]
        return try await settling.office.calculateSettlement(request).settlement
    }

    private func sums(_ settlement: Settlement) -> [Int64] {
        guard let balance = settlement.balances.first, settlement.balances.count == 1 else { return [] }
        return [balance.opening, balance.cost, balance.charged, balance.closing].map(\.minorUnits)
    }

    @Test func aSurplusLowersAndADeficitRaisesTheNextPeriod() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            try await settling.adopt("carry", from: .day(2013, 1, 1)) { $0.pools[0].balance = .carryForward }
            try await settling.record(2012, [2600, 2400, 1700])
            let budget = try await advance("budget-2013", 2013, need: 9_000_000, settling)
            #expect(sums(budget) == [0, 9_000_000, 9_000_000, 0])
            try await settling.issued(budget)
            for person in Person.members {
                _ = try await ingest(
                    [.batch(person, first: Settling.hours(before: 2013), quantities: [5])], as: person, in: house)
            }
            try await settling.book("hosting-2013", 2013, net: 8_400_000)
            try await settling.close(2013)
            let first = try await settling.calculated("year-2013", year: 2013)
            #expect(sums(first) == [0, 8_400_000, 9_000_000, 600_000])
            #expect(first.lines.allSatisfy { $0.difference.minorUnits == 0 } && first.warnings.isEmpty)
            #expect(try await settling.issued(first).isEmpty)

            try await settling.record(2013, [2600, 2400, 1700])
            let next = try await advance("budget-2014", 2014, need: 9_000_000, settling)
            #expect(sums(next) == [600_000, 9_000_000, 8_400_000, 0])
            #expect(next.balances[0].openingSettlement == first.name && next.total.minorUnits == 8_400_000)
            let explained = try await settling.explained(next, to: .itzgrund)
            #expect(explained.contains("6,000.00 EUR were left over by \(first.name)"), "\(explained)")
            try await settling.issued(next)

            // What comes late changes what is carried, and nothing that was asked for.
            try await settling.book("late-2013", 2013, net: 100_000)
            let correction = try await settling.corrected(first, as: "correction-2013")
            #expect(sums(correction) == [0, 8_500_000, 9_000_000, 500_000])
            #expect(try await settling.issued(correction).isEmpty)
            try await settling.book("hosting-2014", 2014, net: 9_500_000)
            try await settling.close(2014)
            let deficit = try await settling.calculated("year-2014", year: 2014)
            #expect(sums(deficit) == [500_000, 9_500_000, 8_400_000, -600_000])
            try await settling.issued(deficit)

            // Nothing was asked in advance for 2015: the deficit is shared out with its cost.
            try await settling.closeYear(2015, net: 8_000_000)
            let last = try await settling.calculated("year-2015", year: 2015)
            #expect(sums(last) == [-600_000, 8_000_000, 8_600_000, 0])
            #expect(last.lines.map(\.amount.minorUnits).reduce(0, +) == 8_600_000)
            #expect(try await settling.explained(last, to: .itzgrund).contains("6,000.00 EUR were lacking in"))
            for settlement in [budget, first, next, correction, deficit, last] {
                #expect(try await settling.recompute(settlement).isIdentical, "\(settlement.name)")
            }
        }
    }

    /// What the members vote on is the settlement as it stood when the ballot was opened.
    @Test func aBallotFreezesTheSettlementItApproves() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let settlement = try await settling.calculated("year-2012")
            let open = try await house.open("first") { $0.approveSettlement.settlement = settlement.name }
            #expect(open.approveSettlement.etag == settlement.etag && !settlement.etag.isEmpty)
            let other = try await house.open("second") { $0.approveSettlement.settlement = settlement.name }
            _ = try await house.vote(.yes, on: open, as: .itzgrund)
            #expect(try await house.vote(.yes, on: open, as: .grossheirath).state == .passed)
            _ = try await house.vote(.yes, on: other, as: .itzgrund)
            let late = try await house.vote(.yes, on: other, as: .grossheirath)
            #expect(late.state == .withdrawn && late.explanation.contains("was changed since"), "\(late.explanation)")
        }
    }

    @Test func anAgreementEndsByItsOwnMajorityWhereTheCharterHasOne() async throws {
        try await House.with(.founded) { house in
            let founding = Founding(house: house)
            let end: (inout Decision) -> Void = {
                $0.terminateAgreement.agreement = Founding.agreement
                $0.terminateAgreement.endDate = .day(2014, 1, 1)
            }
            func amend(_ id: String, _ kinds: [ChangeKind]) async throws {
                var charter = try await ConsortiumServiceClient(try house.client(.office)).getConsortium(
                    .with { $0.name = Founding.consortium }
                ).consortium.charter
                charter.majorities += kinds.map { kind in
                    .with {
                        $0.kind = kind
                        $0.rule.unanimous = UnanimousRule()
                    }
                }
                try await founding.decide(id) { $0.amendCharter.charter = charter }
            }
            // As adopting, where the charter does not tell them apart.
            try await amend("adopting", [.adoptAgreementRevision])
            let asAdopting = try await house.open("as-adopting", end)
            _ = try await house.vote(.yes, on: asAdopting, as: .itzgrund)
            #expect(try await house.vote(.yes, on: asAdopting, as: .grossheirath).state == .open)
            try await amend("ending", [.terminateAgreement])
            var charter = try await ConsortiumServiceClient(try house.client(.office)).getConsortium(
                .with { $0.name = Founding.consortium }
            ).consortium.charter
            charter.majorities.removeAll { $0.kind == .adoptAgreementRevision }
            try await founding.decide("only-ending") { $0.amendCharter.charter = charter }
            let ending = try await house.open("ending-it", end)
            _ = try await house.vote(.yes, on: ending, as: .itzgrund)
            #expect(try await house.vote(.yes, on: ending, as: .grossheirath).state == .open)
            #expect(try await house.vote(.yes, on: ending, as: .untermerzbach).state == .passed)
        }
    }
}
