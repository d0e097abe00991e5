import TestSupport
import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct LevyArithmeticTests {
    private func day(_ text: String) throws -> CivilDate { try CivilDate(text, field: "day") }

    @Test func aPoolBearsNetAndTheTaxThatIsNotDeducted() throws {
        func borne(_ net: Int64, _ vat: Int64, _ share: Fraction) throws -> Int64 {
            try LevyArithmetic.borne(net: net, vat: vat, deductibleShare: share)
        }
        #expect(try borne(100_00, 19_00, .zero) == 119_00)
        #expect(try borne(100_00, 19_00, .one) == 100_00)
        #expect(try borne(100_00, 19_01, .half) == 109_51)
        #expect(try borne(-100_00, -19_01, .half) == -109_51)
        #expect(try thrown { _ = try borne(.max, 1, .zero) }.reason == .outOfRange)
        #expect(
            try thrown { _ = try borne(0, 1, fraction(3, 2)) }.violations.map(\.field) == ["cost_item.deductible_share"]
        )
        #expect(try borne(0, .max, fraction(1, .max)) == .max - 1)
    }

    @Test func surplusAndDeficitAreCarriedForward() throws {
        func next(_ charged: Int64, _ cost: Int64, _ need: Int64) throws -> [Int64] {
            let year = try PoolAccount(opening: 0, cost: cost, charged: charged)
            let next = try PoolAccount(opening: year.closing, cost: need)
            return [next.charged, next.closing]
        }
        #expect(try next(110, 100, 50) == [40, 0])
        #expect(try next(90, 100, 50) == [60, 0])
        #expect(try next(200, 100, 50) == [0, 50])
        // Revenue above cost leaves a surplus, too.
        #expect(try next(100, 100, -5) == [0, 5])
        #expect(try thrown { _ = try next(.min, .max, 1) }.reason == .outOfRange)
    }

    @Test func lastYearsRateApplies() throws {
        // 1,220,700.00 for 7,861 inhabitants (Verwaltungsgemeinschaft Welden, 2022): 155.2856 for each.
        let figures = PartyFigures([try party("a"): Quantity(4000), try party("b"): Quantity(1)])
        let levy = try LevyArithmetic.provisionalLevy(
            lastPool: 1_220_700_00, lastTotal: Quantity(7861), figures: figures)
        #expect(levy == (try [party("a"): 621_142_35, party("b"): 155_29]))
        let zero = try thrown {
            _ = try LevyArithmetic.provisionalLevy(lastPool: 1, lastTotal: Quantity(0), figures: figures)
        }
        #expect(zero.violations.map(\.field) == ["last_total"])
        let negative = try thrown {
            _ = try LevyArithmetic.provisionalLevy(
                lastPool: 1, lastTotal: Quantity(1), figures: [try party("a"): Quantity(-1)])
        }
        #expect(negative.violations.map(\.field) == ["figures"])
    }

    @Test func instalmentsAddUp() throws {
        let days = try ["2024-02-15", "2024-05-15", "2024-08-15", "2024-11-15"].map(day)
        func plan(_ amount: Int64) throws -> [Int64] {
            try InstalmentPlan(amount, due: days).instalments.map(\.amount)
        }
        #expect(try plan(102) == [26, 26, 25, 25])
        #expect(try plan(-102) == [-26, -26, -25, -25])
        property(seeds: 0..<100) { generator in
            let amount = Int64(bitPattern: generator.next())
            try #require(try plan(amount).reduce(0, +) == amount)
        }
        #expect(try InstalmentPlan.trueUp(to: 100, after: [26, 26, 25]) == 23)
        #expect(try InstalmentPlan.trueUp(to: 10, after: [26]) == -16)
        #expect(try thrown { _ = try InstalmentPlan.trueUp(to: .max, after: [-1]) }.reason == .outOfRange)
        #expect(try thrown { _ = try InstalmentPlan(1, due: []) }.violations.map(\.field) == ["due_dates"])
        #expect(
            try thrown { _ = try InstalmentPlan(1, due: [days[1], days[0]]) }.violations.map(\.field) == [
                "due_dates[1]"
            ])
    }

    @Test func whoLeavesSettlesItemsAssetsAndObligations() throws {
        let year = try DateRange(day("2024-01-01"), day("2025-01-01"), field: "p")
        let item = OpenItem(period: year, pool: "OPERATION")
        func exit(_ assets: Int64, _ share: Fraction) throws -> ExitSettlement {
            try ExitSettlement(
                of: party("a"), openItems: [item: 500, OpenItem(period: year, pool: "B"): 0], netAssets: assets,
                share: share, obligations: [("hosting until 2026", 300)])
        }
        #expect(try exit(1001, .half).lines.map(\.amount) == [500, -501, 300])
        #expect(try exit(1001, .half).total == 299)
        #expect(try exit(-1001, .half).total == 1301)
        #expect(try exit(0, .one).lines.count == 2)
        #expect(try thrown { _ = try exit(1, fraction(3, 2)) }.violations.map(\.field) == ["share"])
        #expect(try thrown { _ = try exit(.min, .one) }.reason == .outOfRange)
    }

    @Test func costIsTheMost() throws {
        try LevyArithmetic.requireCostCovering(charged: 100, cost: 100, pool: "OPERATION")
        try LevyArithmetic.requireCostCovering(charged: -5, cost: -5, pool: "OPERATION")
        let failure = try thrown { try LevyArithmetic.requireCostCovering(charged: 101, cost: 100, pool: "OPERATION") }
        #expect(failure.reason == .infeasibleRule && failure.message.contains("101"))
    }
}
