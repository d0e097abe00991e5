import Testing

@testable import Domain

/// What the examples among `Cases` cannot show: explanations and several kinds of components at once.
@Suite(.timeLimit(.minutes(5)))
struct WorkedExamplesTests {
    @Test func byInhabitants() throws {
        let allocation = try Itzgrund().byInhabitants()
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
