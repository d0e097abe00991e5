import Domain
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SmallCountsTests {
    @Test func whatIsNotSmallIsTold() {
        let small = SmallCounts([5, 100, 7], scale: 0)
        #expect(small.isSuppressed == [false, false, false] && small.hasTotal)
        #expect(SmallCounts([], scale: 0).hasTotal)
    }

    @Test func oneSmallCountTakesTheTwoSmallestOthersWithIt() {
        let small = SmallCounts([30, 3, 100, 20, 50], scale: 0)
        #expect(small.isSuppressed == [true, true, false, true, false] && small.hasTotal)
    }

    /// With nothing and five beside each other, the sum would say which is which.
    @Test func othersCloseToTheThresholdHideNothing() {
        let small = SmallCounts([0, 5, 5, 5, 40, 60], scale: 0)
        #expect(small.isSuppressed == [true, true, true, true, true, true] && small.hasTotal)
    }

    @Test func whereFiguresRunOutTheTotalIsLeftOut() {
        for figures: [Int64] in [[3], [3, 100], [0, 5, 5]] {
            let small = SmallCounts(figures, scale: 0)
            #expect(small.isSuppressed.allSatisfy(\.self) && !small.hasTotal, "\(figures)")
        }
    }

    @Test func countsAreWholeUnits() {
        #expect(SmallCounts([499, 500, 90_000, 90_000], scale: 2).isSuppressed == [true, true, true, false])
        #expect(SmallCounts([500, 501], scale: 2).isSuppressed == [false, false])
        let largest = Int64(1_000_000_000_000_000)
        #expect(SmallCounts([0, largest, largest], scale: 9).hasTotal)
    }

    @Test func peaksHaveNoTotalToSubtractFrom() {
        let small = SmallCounts([3, 100], scale: 0, addsUp: false)
        #expect(small.isSuppressed == [true, false] && !small.hasTotal)
    }

    /// Every way in which up to four parties have 0 to 12: whatever one of them knows of those left out, and whoever
    /// stands outside, each small count may still have been any small count.
    @Test func noSmallCountCanBeWorkedOut() {
        var compared = 0
        var failed: [[Int64]] = []
        for count in 1...4 {
            var figures = [Int64](repeating: 0, count: count)
            repeat {
                let small = SmallCounts(figures, scale: 0)
                let hidden = figures.indices.filter { small.isSuppressed[$0] }
                if figures.indices.contains(where: { figures[$0] < 5 && !small.isSuppressed[$0] }) {
                    failed.append(figures)
                }
                if small.hasTotal, !hidden.isEmpty {
                    compared += 1
                    for observer in hidden + [-1] {
                        let unknown = hidden.filter { $0 != observer }.map { figures[$0] }
                        if !Self.allowsAnySmallCount(unknown) { failed.append(figures) }
                    }
                }
            } while Self.advance(&figures, below: 13)
        }
        #expect(failed.isEmpty, "\(failed.prefix(5))")
        #expect(compared > 1000)
    }

    /// Whether each small figure takes every value below the threshold in some figures of the same sum, where small
    /// ones stay small and others do not become so.
    private static func allowsAnySmallCount(_ figures: [Int64]) -> Bool {
        let sum = figures.reduce(0, +)
        return figures.indices.filter { figures[$0] < 5 }.allSatisfy { index in
            let others = figures.indices.filter { $0 != index }.map { figures[$0] }
            let least = others.reduce(Int64(0)) { $0 + ($1 < 5 ? 0 : 5) }
            let isUnbounded = others.contains { $0 >= 5 }
            let most = isUnbounded ? Int64.max : Int64(others.count) * 4
            return (0..<5).allSatisfy { (least...most).contains(sum - $0) }
        }
    }

    /// The next of all combinations; false after the last.
    private static func advance(_ figures: inout [Int64], below bound: Int64) -> Bool {
        for index in figures.indices {
            figures[index] += 1
            if figures[index] < bound { return true }
            figures[index] = 0
        }
        return false
    }
}
