import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct AllocationFailureTests {
    private let year = 2024

    private func allocate(_ measure: AllocationComponent.Measure, _ inputs: AllocationInputs) throws -> Allocation {
        try Allocation(of: 100, by: AllocationRule([AllocationComponent(measure, weight: .one)]), inputs)
    }

    private func members(_ count: Int) throws -> AllocationInputs {
        AllocationInputs(members: try (0..<count).map { try party("p\($0)") }, year: year)
    }

    @Test func weightsOfComponentsSumToExactlyOne() throws {
        let failure = try thrown {
            _ = try AllocationRule([
                AllocationComponent(.equal, weight: fraction(15, 100)),
                AllocationComponent(.ownership, weight: fraction(84, 100)),
            ])
        }
        #expect(failure.reason == .weightsDoNotSumToOne)
        #expect(failure.violations.map(\.field) == ["allocation_rule.components"])
        #expect(failure.detail("sum") == "99/100")
        #expect(try thrown { _ = try AllocationRule([]) }.reason == .missingField)
    }

    @Test func eachComponentAndStepIsNamed() throws {
        let failure = try thrown {
            _ = try AllocationRule(
                [
                    AllocationComponent(.equal, weight: .zero), AllocationComponent(.equal, weight: fraction(3, 2)),
                    AllocationComponent(.weights([:]), weight: .half, scope: .parties([])),
                    AllocationComponent(.weights([party("a"): fraction(-1, 2)]), weight: .half),
                ],
                steps: [
                    .precharge(party("a"), fraction(3, 2)), .fixed(party("a"), -1), .cap(.everyone, .amount(-1)),
                    .floor(.everyone, .share(fraction(-1, 2))), .exempt(party("a")),
                ], field: "rule")
        }
        #expect(
            failure.violations.map(\.field) == [
                "rule.components[0].weight", "rule.components[1].weight", "rule.components[2].scope",
                "rule.components[2].weights", "rule.components[3].weights", "rule.steps[0].share",
                "rule.steps[1].amount",
                "rule.steps[2].amount", "rule.steps[3].share",
            ])
    }

    @Test func rulesHaveAMaximumSize() throws {
        func rule(_ components: Int, _ steps: Int) throws -> AllocationRule {
            let component = AllocationComponent(.equal, weight: try fraction(1, Int64(components)))
            let step = AllocationStep.exempt(try party("a"))
            return try AllocationRule(
                Array(repeating: component, count: components), steps: Array(repeating: step, count: steps))
        }
        _ = try rule(20, 1000)
        #expect(try thrown { _ = try rule(21, 0) }.violations.map(\.field) == ["allocation_rule.components"])
        #expect(try thrown { _ = try rule(1, 1001) }.violations.map(\.field) == ["allocation_rule.steps"])
    }

    @Test func aMissingKeyFigureIsNeverZero() throws {
        var inputs = try members(7)
        let day = try CivilDate("2023-06-30", field: "d")
        inputs.keyFigures[KeyFigureReference(kind: .inhabitants, day: day)] = [try party("p3"): Quantity(5)]
        let failure = try thrown { _ = try allocate(.keyFigure(.inhabitants, .june30OfPreviousYear), inputs) }
        #expect(failure.reason == .missingKeyFigure)
        #expect(failure.detail("reference_date") == "2023-06-30")
        #expect(failure.detail("parties") == "p0, p1, p2, p4, p5 and 1 more")
        #expect(failure.detail("kind") == "INHABITANTS")
    }

    @Test func allZeroIsNeverAnEqualSplit() throws {
        let inputs = try members(2)
        let metric = try ResourceID("cases")
        let noUsage = try thrown { _ = try allocate(.usage(metric: metric), inputs) }
        #expect(noUsage.reason == .noUsage)
        #expect(noUsage.detail("metric") == "cases")
        let zeros = try thrown { _ = try allocate(.weights([party("p0"): .zero, party("p1"): .zero]), inputs) }
        #expect(zeros.reason == .weightsAllZero)
        let nobody = AllocationComponent(.equal, weight: .one, scope: .adopters)
        let noAdopter = try thrown { _ = try Allocation(of: 100, by: AllocationRule([nobody]), inputs) }
        #expect(noAdopter.reason == .weightsAllZero)
    }

    @Test func figuresOfStrangersAreRefused() throws {
        var inputs = try members(2)
        let metric = try ResourceID("cases")
        inputs.usage[UsageMeasure(metric)] = .init(unit: "cases", [try party("x"): Quantity(1)])
        let usage = try thrown { _ = try allocate(.usage(metric: metric), inputs) }
        #expect(usage.reason == .notAMember)
        #expect(usage.violations.map(\.field) == ["usage"])
        let weights = try thrown { _ = try allocate(.weights([party("x"): .one]), inputs) }
        #expect(weights.violations.map(\.field) == ["components[0].weights"])
        inputs.ownership = try OwnershipShares([.init(party: party("x"), share: .one)])
        #expect(try thrown { _ = try allocate(.ownership, inputs) }.violations.map(\.field) == ["ownership.shares"])
        let scope = AllocationComponent(.equal, weight: .one, scope: .parties([try party("x")]))
        let scoped = try thrown { _ = try Allocation(of: 1, by: AllocationRule([scope]), inputs) }
        #expect(scoped.violations.map(\.field) == ["components[0].scope"])
    }

    @Test func impossibleFiguresAreRefused() throws {
        var inputs = try members(2)
        let metric = try ResourceID("cases")
        inputs.usage[UsageMeasure(metric)] = .init(unit: "cases", [try party("p0"): Quantity(-1)])
        #expect(try thrown { _ = try allocate(.usage(metric: metric), inputs) }.violations.map(\.field) == ["usage"])
        inputs.usage[UsageMeasure(metric)] = .init(
            unit: "cases", [try party("p0"): Quantity(Int64.max), try party("p1"): Quantity(1)])
        #expect(try thrown { _ = try allocate(.usage(metric: metric), inputs) }.reason == .outOfRange)
        let incomplete = try thrown { _ = try allocate(.weights([party("p0"): .one]), inputs) }
        #expect(incomplete.violations.map(\.field) == ["components[0].weights"])
        #expect(try thrown { _ = try allocate(.ownership, inputs) } == .missing("ownership.shares"))
        let early = try thrown {
            _ = try allocate(
                .keyFigure(.area, .january1OfPreviousYear), AllocationInputs(members: inputs.members, year: 1))
        }
        #expect(early.violations.map(\.field) == ["year"])
    }

    @Test func membersAreNamedOnce() throws {
        #expect(try thrown { _ = try allocate(.equal, try members(0)) }.violations.map(\.field) == ["members"])
        var twice = try members(2)
        twice.members.append(twice.members[0])
        #expect(try thrown { _ = try allocate(.equal, twice) }.violations.map(\.field) == ["members"])
    }

    @Test func scalesAreBroughtTogether() throws {
        var inputs = try members(2)
        let day = try CivilDate("2023-12-31", field: "d")
        inputs.keyFigures[KeyFigureReference(kind: .area, day: day)] = [
            try party("p0"): try Quantity("12.5", field: "q"), try party("p1"): try Quantity("37.50", field: "q"),
        ]
        let allocation = try allocate(.keyFigure(.area, .december31OfPreviousYear), inputs)
        #expect(allocation.lines.map(\.amount) == [25, 75])
        #expect(allocation.explanation(of: allocation.lines[0])[0].quantity?.description == "12.50")
        #expect(allocation.line(of: try party("p1"))?.amount == 75)
        #expect(allocation.line(of: try party("p9")) == nil)
    }
}
