import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct OwnershipTransferTests {
    private func shares(_ parts: [(String, Int64, Int64)]) throws -> OwnershipShares {
        try OwnershipShares(
            parts.map { OwnershipShares.Share(party: try party($0.0), share: try Fraction($0.1, $0.2, field: "share")) }
        )
    }

    private func text(_ shares: OwnershipShares) -> String {
        shares.shares.map { "\($0.party)=\($0.share)" }.joined(separator: " ")
    }

    @Test func whatOneGivesAnotherGets() throws {
        let before = try shares([("a", 1, 2), ("b", 3, 10), ("c", 1, 5)])
        let sold = try before.selling(Fraction(1, 6, field: "x"), from: party("a"), to: party("c"), field: "sale")
        #expect(text(sold) == "a=1/3 b=3/10 c=11/30")
        #expect(before.losers(to: sold) == [try party("a")])
        let all = try before.selling(Fraction(1, 5, field: "x"), from: party("c"), to: party("d"), field: "sale")
        #expect(text(all) == "a=1/2 b=3/10 d=1/5")
        let tooMuch = try thrown {
            _ = try before.selling(Fraction(1, 4, field: "x"), from: party("c"), to: party("a"), field: "sale")
        }
        #expect(tooMuch.violations.map(\.field) == ["sale.share"])
    }

    @Test func joinersDiluteAndLeaversAreReplaced() throws {
        let before = try shares([("a", 1, 2), ("b", 3, 10), ("c", 1, 5)])
        let diluted = try before.diluted(by: party("d"), Fraction(1, 4, field: "x"), field: "dilution")
        #expect(text(diluted) == "a=3/8 b=9/40 c=3/20 d=1/4")
        #expect(try diluted.redistributed(without: party("d"), field: "exit") == before)
        #expect(try text(before.redistributed(without: party("b"), field: "exit")) == "a=5/7 c=2/7")
        let stranger = try thrown { _ = try before.redistributed(without: party("x"), field: "exit") }
        #expect(stranger.violations.map(\.field) == ["exit.leaver"])
    }
}
