import Testing

@testable import Domain

/// Size classes, published keys and usage over other days than the period.
@Suite(.timeLimit(.minutes(5)))
struct MeasureTests {
    private typealias Bracket = Brackets.Bracket

    private func brackets(_ bounds: [(Int64, Bool)], _ points: [Int64]) throws -> Brackets {
        var list: [Bracket] = []
        for (bound, points) in zip(bounds, points) {
            list.append(Bracket(upTo: .init(Quantity(bound.0), isIncluded: bound.1), points: Quantity(points)))
        }
        return try Brackets(list + [Bracket(upTo: nil, points: Quantity(points[bounds.count]))])
    }

    @Test func aBoundFallsOnItsStatedSide() throws {
        let table = try brackets([(5000, false), (10_000, true)], [1, 2, 3])
        let figures: [Int64] = [0, 4999, 5000, 10_000, 10_001]
        #expect(figures.map { table.index(of: Quantity($0)) } == [0, 0, 1, 1, 2])
        #expect(table.index(of: try Quantity("10000.00", field: "q")) == 1)
        #expect(table.index(of: try Quantity("10000.01", field: "q")) == 2)
        #expect(
            (0...2).map { table.phrase(of: $0) } == [
                "below 5,000", "from 5,000 and up to 10,000", "above 10,000",
            ])
    }

    @Test func bracketsAscendAndTheLastIsOpen() throws {
        let failure = try thrown {
            _ = try Brackets(
                [
                    Bracket(upTo: .init(Quantity(10), isIncluded: true), points: Quantity(-1)),
                    Bracket(upTo: .init(Quantity(10), isIncluded: true), points: Quantity(1)),
                    Bracket(upTo: nil, points: Quantity(1)),
                    Bracket(upTo: .init(Quantity(20), isIncluded: true), points: Quantity(1)),
                ], field: "b")
        }
        #expect(
            failure.violations.map(\.field) == [
                "b[0].points", "b[1].upper_bound", "b[2].upper_bound", "b[3].upper_bound",
            ])
        #expect(try thrown { _ = try Brackets([]) }.reason == .missingField)
        // "Below 10", then exactly 10, then above.
        #expect(try brackets([(10, false), (10, true)], [1, 2, 3]).index(of: Quantity(10)) == 1)
        let huge = try thrown {
            _ = try Brackets([
                Bracket(upTo: .init(Quantity(1), isIncluded: true), points: Quantity(.max)),
                Bracket(upTo: nil, points: Quantity("0.5", field: "q")),
            ])
        }
        #expect(huge.violations.map(\.field) == ["brackets[0].points"])
    }

    @Test func pointsOfSizeClassesShareOut() throws {
        let day = try CivilDate("2024-01-01", field: "d")
        let table = try brackets([(5000, false), (10_000, false)], [1, 2, 4])
        let rule = try AllocationRule([
            AllocationComponent(.tier(.inhabitants, .january1OfPreviousYear, table), weight: .one)
        ])
        let reference = KeyFigureReference(kind: .inhabitants, day: day)
        #expect(try rule.keyFigures(forYear: 2025) == [reference])
        var inputs = AllocationInputs(members: try ["a", "b", "c"].map { try party($0) }, year: 2025)
        inputs.keyFigures[reference] = PartyFigures(
            [try party("a"): Quantity(4999), try party("b"): Quantity(5000), try party("c"): Quantity(60_000)],
            source: "census", otherSources: [try party("c"): "own count"])
        let allocation = try Allocation(of: 700_00, by: rule, inputs)
        #expect(allocation.lines.map(\.amount) == [100_00, 200_00, 400_00])
        let parts = try allocation.lines.map { try #require(allocation.explanation(of: $0).first) }
        #expect(parts.map(\.ratio?.description) == ["1/7", "2/7", "4/7"])
        #expect(parts.map(\.figureSource) == ["census", "census", "own count"])
        #expect(
            SettlementText(allocation, currency: .euro).sentence(for: allocation.lines[1], name: "Berg")
                == "Berg bears 200.00 EUR of 700.00 EUR: 100 % by size class of inhabitants on 2024-01-01 "
                + "(2 of 7 points; 5,000 inhabitants: class from 5,000 and below 10,000) 200.00 EUR.")
        inputs.keyFigures[reference] = [try party("a"): Quantity(1), try party("b"): Quantity(-1)]
        #expect(try thrown { _ = try Allocation(of: 1, by: rule, inputs) }.reason == .missingKeyFigure)
        inputs.keyFigures[reference] = [
            try party("a"): Quantity(1), try party("b"): Quantity(-1), try party("c"): Quantity(1),
        ]
        #expect(try thrown { _ = try Allocation(of: 1, by: rule, inputs) }.violations.map(\.field) == ["key_figures"])
    }

    @Test func publishedKeysNameTheirYear() throws {
        let name = try ResourceID("koenigsteiner-schluessel")
        let rule = try AllocationRule([AllocationComponent(.publishedKey(name, .yearsBefore(1)), weight: .one)])
        let reference = PublishedKeyReference(name: name, year: 2024)
        #expect(rule.publishedKeys(forYear: 2025) == [reference])
        var inputs = AllocationInputs(members: try ["08", "09"].map { try party($0) }, year: 2025)
        let missing = try thrown { _ = try Allocation(of: 1, by: rule, inputs) }
        #expect(missing.reason == .missingKeyFigure && missing.detail("year") == "2024")
        // The key names other Länder too: they do not matter.
        inputs.publishedKeys[reference] = .init(
            unit: "%",
            PartyFigures(
                [
                    try party("08"): try Quantity("13.1", field: "q"),
                    try party("09"): try Quantity("15.60", field: "q"),
                    try party("10"): try Quantity("1.2", field: "q"),
                ], source: "Federal Gazette"))
        let allocation = try Allocation(of: 2870, by: rule, inputs)
        #expect(allocation.lines.map(\.amount) == [1310, 1560])
        let part = try #require(allocation.explanation(of: allocation.lines[0]).first)
        #expect(part.phrase == "by koenigsteiner-schluessel of 2024" && part.figureSource == "Federal Gazette")
        #expect(part.quantity?.description == "13.10" && part.unit == "%")
        inputs.members.append(try party("16"))
        #expect(try thrown { _ = try Allocation(of: 1, by: rule, inputs) }.detail("parties") == "16")
        let far = try thrown {
            _ = try AllocationRule([AllocationComponent(.publishedKey(name, .yearsBefore(11)), weight: .one)])
        }
        #expect(far.violations.map(\.field) == ["allocation_rule.components[0].year"])
    }

    @Test func usageHasItsWindow() throws {
        let period = try DateRange(CivilDate("2025-04-01", field: "d"), CivilDate("2025-07-01", field: "d"), field: "p")
        #expect(try UsageMeasure.Window.period.days(for: period) == period)
        #expect(try UsageMeasure.Window.previousYear.days(for: period).description == "2024-01-01/2025-01-01")
        let first = DateRange(from: try CivilDate("0001-05-01", field: "d"))
        #expect(
            try thrown { _ = try UsageMeasure.Window.previousYear.days(for: first) }.violations[0].field == "period")
    }

    @Test func intervalsBecomeOneFigureInAnyOrder() throws {
        let days = try (1...4).map { try CivilDate("2025-0\($0)-01", field: "d") }
        var records: [(interval: DateRange, quantity: Quantity)] = [
            (try DateRange(days[0], days[1], field: "i"), Quantity(5)),
            (try DateRange(days[1], days[3], field: "i"), try Quantity("2.5", field: "q")),
            (try DateRange(days[2], days[3], field: "i"), Quantity(2)),
            (try DateRange(days[0], days[3], field: "i"), Quantity(1)),
        ]
        property(seeds: 0..<20) { generator in
            records.shuffle(using: &generator)
            try #require(try UsageMeasure.Aggregation.sum.figure(of: records)?.description == "10.5")
            try #require(try UsageMeasure.Aggregation.max.figure(of: records) == Quantity(5))
            try #require(try UsageMeasure.Aggregation.last.figure(of: records) == Quantity(2))
        }
        #expect(try UsageMeasure.Aggregation.sum.figure(of: []) == nil)
        let large = [records[0], (interval: records[0].interval, quantity: Quantity(.max))]
        #expect(try thrown { _ = try UsageMeasure.Aggregation.sum.figure(of: large) }.reason == .outOfRange)
    }

    @Test func aFloorForEveryoneLeavesOutTheExempt() throws {
        let members = try ["a", "b"].map { try party($0) }
        let rule = try AllocationRule(
            [AllocationComponent(.equal, weight: .one)],
            steps: [.floor(.everyone, .amount(10)), .exempt(members[0])])
        let allocation = try Allocation(of: 100, by: rule, AllocationInputs(members: members, year: 2025))
        #expect(allocation.lines.map(\.amount) == [0, 100])
    }

    @Test func hostilePrechargesAreRefusedByName() throws {
        let payer = try party("a")
        let primes: [Int64] = [4_294_967_291, 4_294_967_279, 4_294_967_231]
        let steps = try primes.map { AllocationStep.precharge(payer, try fraction(1, $0)) }
        let failure = try thrown {
            _ = try AllocationRule([AllocationComponent(.equal, weight: .one)], steps: steps, field: "r")
        }
        #expect(failure.violations.map(\.field) == ["r.steps[2].share"])
    }
}
