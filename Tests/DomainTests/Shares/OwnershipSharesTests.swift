import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct OwnershipSharesTests {
    private func shares(_ list: [(String, String)]) throws -> OwnershipShares {
        try OwnershipShares(
            list.map { OwnershipShares.Share(party: try party($0.0), share: try Fraction($0.1, field: "f")) },
            field: "ownership.shares")
    }

    @Test func sumToExactlyOne() throws {
        let shares = try shares([("c", "1/5"), ("a", "1/2"), ("b", "3/10")])
        #expect(shares.shares.map(\.party.text) == ["a", "b", "c"])
        #expect(shares.commonDenominator == 10)
        #expect(try shares.share(of: party("b")) == fraction(3, 10))
        #expect(try shares.share(of: party("x")) == .zero)
        #expect(try self.shares([("a", "1/3"), ("b", "1/3"), ("c", "1/3")]).commonDenominator == 3)
    }

    @Test(arguments: [
        ("49.97961 %", "9997961/10000000", "99.97961 %"), ("50.00001 %", "10000001/10000000", "100.00001 %"),
    ])
    func refusesAnyOtherSumAndSaysIt(half: String, sum: String, percent: String) throws {
        let failure = try thrown { _ = try shares([("a", "1/2"), ("b", half)]) }
        #expect(failure.reason == .sharesDoNotSumToOne)
        #expect(failure.violations.map(\.field) == ["ownership.shares"])
        #expect(failure.message.contains(sum) && failure.message.contains(percent), "\(failure.message)")
        #expect(failure.detail("sum") == sum)
        #expect(failure.detail("sum_percent") == percent)
    }

    @Test func namesEachWrongShare() throws {
        let failure = try thrown { _ = try shares([("a", "3/2"), ("b", "-1/2"), ("a", "0")]) }
        #expect(
            failure.violations.map(\.field) == [
                "ownership.shares[0].share", "ownership.shares[1].share", "ownership.shares[2].share",
                "ownership.shares[2].party",
            ])
        #expect(try thrown { _ = try shares([]) }.reason == .missingField)
    }

    @Test func refusesDenominatorsThatHaveNothingInCommon() throws {
        let denominators = (0..<40).map { 9_223_372_036_854_775_807 - Int64($0 * 2) }
        let list = try denominators.enumerated().map { index, denominator in
            OwnershipShares.Share(party: try party("p\(index)"), share: try fraction(1, denominator))
        }
        let failure = try thrown { _ = try OwnershipShares(list) }
        #expect(failure.violations.map(\.field) == ["shares"])
    }

    @Test func randomPartsOfAWholeAlwaysSumToOne() {
        property(seeds: 0..<100) { generator in
            let whole = Int64.random(in: 1...Int64.max, using: &generator)
            var rest = whole
            var list: [OwnershipShares.Share] = []
            while rest > 0, list.count < 50 {
                let part = list.count == 49 ? rest : Int64.random(in: 1...rest, using: &generator)
                rest -= part
                list.append(.init(party: try party("p\(list.count)"), share: try fraction(part, whole)))
            }
            _ = try OwnershipShares(list)
            list.removeLast()
            try #require(throws: Failure.self) { _ = try OwnershipShares(list) }
        }
    }
}
