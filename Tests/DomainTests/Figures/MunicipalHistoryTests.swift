import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct MunicipalHistoryTests {
    private func day(_ text: String) throws -> CivilDate { try CivilDate(text, field: "day") }

    private func change(_ date: String, _ old: String, _ successors: (String, Fraction)...) throws -> MunicipalChange {
        try MunicipalChange(
            on: day(date), predecessor: party(old), successors: successors.map { .init(try party($0.0), $0.1) })
    }

    /// a and b merge into c; c is later split between d and e; f is incorporated into e.
    private func history() throws -> MunicipalHistory {
        try MunicipalHistory([
            change("2010-01-01", "a", ("c", .one)), change("2010-01-01", "b", ("c", .one)),
            change("2020-01-01", "c", ("d", fraction(1, 3)), ("e", fraction(2, 3))),
            change("2022-01-01", "f", ("e", .one)),
        ])
    }

    @Test func successorsAreFoundThroughEveryChange() throws {
        func standing(_ code: String, _ date: String) throws -> String {
            try history().successors(of: party(code), on: day(date)).map { "\($0.party) \($0.share)" }
                .joined(separator: ", ")
        }
        #expect(try standing("a", "2009-12-31") == "a 1")
        #expect(try standing("a", "2010-01-01") == "c 1")
        #expect(try standing("b", "2021-01-01") == "d 1/3, e 2/3")
        #expect(try standing("f", "2022-01-01") == "e 1")
        #expect(try standing("z", "2022-01-01") == "z 1")
    }

    @Test func figuresOfPredecessorsAreAddedUpNeverDivided() throws {
        let reference = try day("2009-06-30")
        var values: [PartyCode: KeyFigureValue] = [:]
        for (code, count) in [("a", 10), ("b", 20), ("e", 5), ("f", 7)] as [(String, Int64)] {
            values[try party(code)] = try KeyFigureValue(
                party: party(code), reference: .init(kind: .inhabitants, day: reference), quantity: Quantity(count),
                status: .final, source: "S")
        }
        func figure(_ code: String, _ date: String) throws -> (quantity: Quantity, source: String)? {
            try history().figure(of: party(code), on: reference, chargedOn: day(date)) { values[$0] }
        }
        #expect(try figure("c", "2011-01-01")?.quantity == Quantity(30))
        #expect(try figure("c", "2011-01-01")?.source == "sum of a: S, b: S")
        #expect(try figure("a", "2011-01-01")?.quantity == Quantity(10))
        // d has part of what was split: the office must say how many.
        #expect(try figure("d", "2021-01-01") == nil)
        // The figure of e is that of its old area: after it took over, it is not the whole of it.
        #expect(try figure("e", "2019-01-01")?.quantity == Quantity(5))
        #expect(try figure("e", "2023-01-01") == nil)
        #expect(try figure("c", "2009-07-01") == nil)
        values[try party("b")] = nil
        #expect(try figure("c", "2011-01-01") == nil)
        // Calculated back to the old day for the new area: that figure stands by itself.
        values[try party("a")] = nil
        values[try party("c")] = values[try party("e")]
        #expect(try figure("c", "2011-01-01")?.quantity == Quantity(5))
    }

    @Test func circlesAndDoubleEndsAreRefused() throws {
        let circle = try thrown {
            _ = try MunicipalHistory([change("2010-01-01", "a", ("b", .one)), change("2010-01-01", "b", ("a", .one))])
        }
        #expect(circle.violations.map(\.field) == ["changes[0].successors"])
        let twice = try thrown {
            _ = try MunicipalHistory([change("2010-01-01", "a", ("b", .one)), change("2011-01-01", "a", ("c", .one))])
        }
        #expect(twice.violations.map(\.field) == ["changes[1].predecessor"])
        let sum = try thrown { _ = try change("2010-01-01", "a", ("b", .half), ("c", fraction(1, 3))) }
        #expect(sum.reason == .sharesDoNotSumToOne)
        #expect(try thrown { _ = try change("2010-01-01", "a", ("a", .one)) }.reason == .invalidField)
        #expect(try thrown { _ = try change("2010-01-01", "a", ("b", .half), ("b", .half)) }.reason == .invalidField)
    }

    @Test func aMergedPartyIsChargedInThePlaceOfBoth() throws {
        let succession = try Succession(history(), on: day("2012-06-30"))
        let (a, b, c, z) = (try party("a"), try party("b"), try party("c"), try party("z"))
        #expect(try succession.charged(a) == c && succession.charged(z) == z)
        #expect(try succession.charged([a, b, z]) == [c, z])
        #expect(
            try succession.charged([a: Quantity(1), b: Quantity(2), z: Quantity(4)]) == [
                c: Quantity(3), z: Quantity(4),
            ])
        #expect(try succession.charged([(a, .half), (b, .half)]) == [c: .one])
        #expect(succession.origins(of: [c]) == [a, b, c])
        let weights = AllocationComponent(.weights([a: .half, b: .one, z: .half]), weight: .one)
        let rule = try AllocationRule([weights], steps: [.fixed(a, 5), .fixed(b, 7)])
            .following(succession, members: [a, b, z])
        #expect(rule.components[0].measure == .weights([c: try fraction(3, 2), z: .half]))
        #expect(rule.steps == [.fixed(c, 5), .fixed(c, 7)])
        let bounded = try AllocationRule([weights], steps: [.cap(.party(a), .amount(5))])
        let refused = try thrown { _ = try bounded.following(succession, members: [a, b, z]) }
        #expect(refused.reason == .invalidState && refused.detail("party") == "a")
        // Who comes in the place of one alone keeps its bound.
        #expect(try bounded.following(succession, members: [a, z]).steps == [.cap(.party(c), .amount(5))])
    }

    @Test func aSplitMemberHasToBeReplaced() throws {
        let succession = try Succession(history(), on: day("2020-12-31"))
        let c = try party("c")
        let open = try DateRange(from: day("2000-01-01"))
        let refused = try thrown { _ = try succession.charged([(party: c, days: open)]) }
        #expect(refused.reason == .invalidState && refused.detail("party") == "c")
        let ended = try DateRange(day("2000-01-01"), day("2020-01-01"), field: "days")
        #expect(try succession.charged([(party: c, days: ended)]).map(\.party) == [c])
    }

    @Test func documentsAreDividedAmongSuccessorsToTheCent() throws {
        let year = try DateRange(day("2012-01-01"), day("2013-01-01"), field: "period")
        let item = OpenItem(period: year, pool: "OPERATION")
        func parts(_ amount: Int64) throws -> [Int64] {
            var issued = IssuedAmounts()
            let documents = try issued.documents(toReach: [item: [party("c"): amount]])
            try issued.issue(documents)
            let successors = try history().successors(of: party("c"), on: day("2021-01-01"))
            return try documents.flatMap { try $0.divided(among: successors) }.map(\.document.total)
        }
        #expect(try parts(100) == [33, 67])
        #expect(try parts(-100) == [-33, -67])
        #expect(try parts(1) == [1])
        property(seeds: 0..<100) { generator in
            let amount = Int64.random(in: -1_000_000...1_000_000, using: &generator)
            let sum = try parts(amount).reduce(0, +)
            #expect(sum == amount)
        }
    }
}
