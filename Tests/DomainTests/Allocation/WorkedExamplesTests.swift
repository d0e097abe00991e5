import Testing

@testable import Domain

/// Allocations whose results are known from statutes, budgets and specifications.
@Suite(.timeLimit(.minutes(1)))
struct WorkedExamplesTests {
    private func weighted(_ amount: Int64, _ weights: [Fraction]) throws -> [Int64] {
        var byParty: [PartyCode: Fraction] = [:]
        for (index, weight) in weights.enumerated() { byParty[try party("p\(index)")] = weight }
        let rule = try AllocationRule([AllocationComponent(.weights(ByParty(byParty)), weight: .one)])
        let inputs = AllocationInputs(members: Array(byParty.keys), year: 2024)
        return try Allocation(of: amount, by: rule, inputs).lines.map(\.amount)
    }

    @Test func ownership() throws {
        let shares = try [("a", fraction(1, 2)), ("b", fraction(3, 10)), ("c", fraction(1, 5))]
        let ownership = try OwnershipShares(shares.map { .init(party: try party($0.0), share: $0.1) })
        let rule = try AllocationRule([AllocationComponent(.ownership, weight: .one)])
        let inputs = AllocationInputs(members: ownership.shares.map(\.party), year: 2024, ownership: ownership)
        #expect(try Allocation(of: 250_00, by: rule, inputs).lines.map(\.amount) == [125_00, 75_00, 50_00])
    }

    @Test func percentages() throws {
        let weights = try [".50", ".30", ".20"].map { try Fraction("0\($0)", field: "weight") }
        #expect(try weighted(240_00, weights) == [120_00, 72_00, 48_00])
    }

    @Test func leftOverUnitsGoToTheLargestRemainderNotToTheFirst() throws {
        #expect(try weighted(15, [80, 8, 12].map { try fraction($0, 100) }) == [12, 1, 2])
    }

    @Test func seats() throws {
        #expect(try weighted(100, [5117, 4400, 162, 161, 160].map { Fraction($0) }) == [51, 44, 2, 2, 1])
    }

    @Test func schoolAssociationPerPupil() throws {
        let pupils: [Int64] = [100, 50, 33]
        let members = try (0..<3).map { try party("p\($0)") }
        let rule = try AllocationRule([
            AllocationComponent(.keyFigure(.pupils, .fixed(CivilDate("2023-10-01", field: "d"))), weight: .one)
        ])
        let reference = try rule.keyFigures(forYear: 2024)[0]
        var inputs = AllocationInputs(members: members, year: 2024)
        inputs.keyFigures[reference] = PartyFigures(
            Dictionary(uniqueKeysWithValues: zip(members, pupils.map { Quantity($0) })))
        #expect(try Allocation(of: 578_646_00, by: rule, inputs).lines.map(\.amount) == pupils.map { $0 * 3162_00 })
    }

    @Test func byInhabitants() throws {
        let allocation = try Itzgrund().byInhabitants()
        #expect(allocation.lines.map(\.amount) == [39_051_92, 35_274_64, 25_673_44])
        #expect(allocation.lines.map(\.hasRoundingUnit) == [true, false, true])
    }

    /// 15 % equally, 60 % by inhabitants, 25 % by cases: the shares stay exact until the one rounding.
    @Test func threeComponents() throws {
        let allocation = try Itzgrund().threeComponents(100_000_00)
        // 5,000 + 60,000 * 2595/6645 + 25,000 * cases/200000, and so on; calculated by hand to four decimals.
        #expect(allocation.lines.map(\.amount) == [40_931_15, 34_289_79, 24_779_06])
        let explanation = allocation.explanation(of: allocation.lines[0])
        #expect(explanation.map(\.phrase) == ["in equal parts", "by inhabitants on 2011-12-31", "by cases"])
        // As the treasurer knows the figures, not in lowest terms.
        #expect(explanation.map(\.ratio?.description) == ["1/3", "2595/6645", "100000/200000"])
        #expect(explanation.map(\.weight) == (try [fraction(3, 20), fraction(3, 5), fraction(1, 4)]))
        #expect(explanation.map(\.exactShare.description) == ["500000", "1038000000/443", "1250000"])
        #expect(explanation.map(\.amount).reduce(0, +) == 40_931_15)
        #expect(explanation[1].quantity == Quantity(2595))
        #expect(explanation[1].total == Quantity(6645))
    }
}

/// The three municipalities of the Zweckverband Itzgrund with their inhabitants on 31 December 2011.
struct Itzgrund {
    let members: [PartyCode]
    let inhabitants: [Int64] = [2595, 2344, 1706]
    let metric: ResourceID

    init() throws {
        members = try ["094730132132", "094730138138", "096740210210"].map { try party($0) }
        metric = try ResourceID("cases")
    }

    func inputs() throws -> AllocationInputs {
        let day = try CivilDate("2011-12-31", field: "d")
        let figures = PartyFigures(Dictionary(uniqueKeysWithValues: zip(members, inhabitants.map { Quantity($0) })))
        let cases = PartyFigures(
            Dictionary(uniqueKeysWithValues: zip(members, [100_000, 65_000, 35_000].map { Quantity($0) })))
        return AllocationInputs(
            members: members, year: 2012, keyFigures: [KeyFigureReference(kind: .inhabitants, day: day): figures],
            usage: [UsageMeasure(metric): .init(unit: "cases", cases)])
    }

    func byInhabitants() throws -> Allocation {
        let component = AllocationComponent(.keyFigure(.inhabitants, .december31OfPreviousYear), weight: .one)
        return try Allocation(of: 100_000_00, by: AllocationRule([component]), inputs())
    }

    func threeComponents(_ amount: Int64, steps: [AllocationStep] = []) throws -> Allocation {
        let rule = try AllocationRule(
            [
                AllocationComponent(.equal, weight: fraction(15, 100)),
                AllocationComponent(.keyFigure(.inhabitants, .december31OfPreviousYear), weight: fraction(60, 100)),
                AllocationComponent(.usage(metric: metric), weight: fraction(25, 100)),
            ], steps: steps)
        return try Allocation(of: amount, by: rule, inputs())
    }
}
