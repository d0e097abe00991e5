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
}
