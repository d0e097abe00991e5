import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct FractionTests {
    @Test func isKeptInLowestTerms() throws {
        #expect(try fraction(6, 20) == fraction(3, 10))
        #expect(try fraction(3, -6).description == "-1/2")
        #expect(try fraction(0, 7) == .zero)
        #expect(try fraction(7, 7) == .one)
        #expect(Fraction(1, 0) == nil)
        #expect(try fraction(Int64.max, Int64.max) == .one)
        #expect(Fraction(Int64.min, 1) == nil)
    }

    @Test(arguments: [
        ("1/2", "1/2"), ("15 %", "3/20"), ("15%", "3/20"), ("0.15", "3/20"), ("1", "1"), (" 3 / 10 ", "3/10"),
        ("33.5 %", "67/200"), ("-1/4", "-1/4"), ("100 %", "1"), ("0", "0"),
    ])
    func readsText(text: String, expected: String) throws {
        #expect(try Fraction(text, field: "share").description == expected)
    }

    @Test(arguments: [
        "1/0", "1/-2", "a", "1/", "/2", "%", "0,15", ".5", "5.", "1/2/3", "1e3", "99999999999999999999", "--1",
    ])
    func refusesText(text: String) throws {
        let failure = try thrown { _ = try Fraction(text, field: "share") }
        #expect(failure.reason == .invalidField)
        #expect(failure.violations.map(\.field) == ["share"])
    }

    @Test func namesAMissingField() throws {
        #expect(try thrown { _ = try Fraction("", field: "share") } == .missing("share"))
        let failure = try thrown { _ = try Fraction(1, 0, field: "shares[2].share") }
        #expect(failure.violations.map(\.field) == ["shares[2].share"])
    }

    @Test func comparesWithoutOverflow() throws {
        let nearlyOne = try fraction(Int64.max - 1, Int64.max)
        #expect(nearlyOne < .one)
        #expect(try fraction(Int64.max - 2, Int64.max - 1) < nearlyOne)
        #expect(try fraction(-1, 2) < .zero)
        #expect(!(Fraction.one < .one))
    }

    @Test func arithmeticIsExactOrThrows() throws {
        #expect(try fraction(1, 2).adding(fraction(1, 3)) == fraction(5, 6))
        #expect(try fraction(1, 2).subtracting(fraction(1, 3)) == fraction(1, 6))
        #expect(try fraction(2, 3).multiplied(by: fraction(3, 4)) == .half)
        let failure = try thrown { _ = try fraction(1, Int64.max).adding(fraction(1, Int64.max - 1)) }
        #expect(failure.reason == .outOfRange)
    }

    @Test func sumsManyWithoutOverflow() throws {
        let primes: [Int64] = [9_223_372_036_854_775_783, 9_223_372_036_854_775_643, 9_223_372_036_854_775_549]
        let parts = try primes.flatMap { try [fraction(1, $0), fraction($0 - 1, $0), fraction(-1, $0)] }
        let negatives = try primes.map { try fraction(1 - $0, $0) }
        #expect(Fraction.sum(parts + negatives) == .zero)
        #expect(Fraction.sum([]) == .zero)
        #expect(Fraction.sum(try (1...3).map { try fraction($0, 6) }).fraction == .one)
    }

    @Test func saysPerCent() throws {
        #expect(try fraction(9_997_961, 10_000_000).percent() == "99.97961 %")
        #expect(try fraction(1, 3).percent(places: 2) == "about 33.33 %")
        #expect(try fraction(2, 3).percent(places: 0) == "about 67 %")
        #expect(try fraction(-1, 8).percent() == "-12.5 %")
    }
}

@Suite(.timeLimit(.minutes(5)))
struct ExactFractionTests {
    @Test func followsTheRulesOfArithmetic() {
        property(seeds: 0..<300) { generator in
            func next() throws -> ExactFraction {
                let value = try fraction(
                    Int64.random(in: -1000...1000, using: &generator), Int64.random(in: 1...1000, using: &generator))
                return ExactFraction(value)
            }
            let (a, b, c) = (try next(), try next(), try next())
            try #require(a + b == b + a)
            try #require((a + b) * c == a * c + b * c)
            try #require(a - a == .zero)
            try #require((a < b) == (b - a > .zero))
        }
    }

    @Test func roundsDownTowardsMinusInfinity() throws {
        #expect(ExactFraction(try fraction(7, 2)).roundedDown == 3)
        #expect(ExactFraction(try fraction(-7, 2)).roundedDown == -4)
        #expect(ExactFraction(-3).roundedDown == -3)
        #expect((ExactFraction(Int64.max) + ExactFraction(1)).roundedDown == nil)
    }

    @Test func writesDecimals() throws {
        #expect(ExactFraction(try fraction(1, 8)).decimal(places: 2) == ("0.13", false))
        #expect(ExactFraction(try fraction(-1, 8)).decimal(places: 3) == ("-0.125", true))
        #expect(ExactFraction(try fraction(1, 1000)).decimal(places: 2) == ("0", false))
        #expect(ExactFraction(100).decimal(places: 2) == ("100", true))
    }
}
