import Testing

@testable import Domain

/// Worked examples from statutes, budgets and fee schedules, each a file of `Cases` with its source.
@Suite(.timeLimit(.minutes(5)))
struct AllocationCaseTests {
    @Test func thereAreExamples() {
        #expect(AllocationCase.all.filter { !$0.source.url.isEmpty }.count >= 10)
    }

    @Test(arguments: AllocationCase.all)
    func comesToItsLines(example: AllocationCase) throws {
        let allocation = try example.allocate()
        var lines: [String: Int64] = [:]
        for line in allocation.lines { lines[line.party.text] = line.amount }
        #expect(lines == example.lines)
        #expect(lines.values.reduce(0, +) == example.amount)
        // Nobody's line is further from what was published than by the unit that the publication rounded away.
        for (code, published) in example.published_lines ?? [:] {
            #expect(abs((lines[code] ?? 0) - published) <= 1, "\(code)")
        }
        if let published = example.published_lines {
            #expect(published.values.reduce(0, +) != example.amount)
        }
    }

    /// The pool is what counts; the rate is shown, and what it misses is shown with it.
    @Test(arguments: AllocationCase.all.filter { $0.published != nil })
    func aPublishedRateMayMissTheNeed(example: AllocationCase) throws {
        let published = try #require(example.published)
        let rate = try Quantity(published.rate, field: "rate")
        let shown = try ShownRate(of: example.amount, units: published.units, decimals: rate.scale, currency: .euro)
        #expect(shown.rate == rate)
        #expect(shown.product == (try Quantity(published.product, field: "product")))
        #expect(shown.difference == (try Quantity(published.difference, field: "difference")))
    }
}
