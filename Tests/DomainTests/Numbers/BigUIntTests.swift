import TestSupport
import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct BigUIntTests {
    private func random(limbs: Int, _ generator: inout SplitMix64) -> BigUInt {
        // Limbs of all ones and all zeros reach the corrections of the division's estimate.
        BigUInt(
            limbs: (0..<limbs).map { _ in
                switch generator.next() % 4 {
                case 0: UInt64.max
                case 1: 0
                case 2: 1 << 63
                default: generator.next()
                }
            })
    }

    @Test func divisionUndoesMultiplication() {
        property(seeds: 0..<4000) { generator in
            let number = random(limbs: Int.random(in: 0...9, using: &generator), &generator)
            let divisor = random(limbs: Int.random(in: 1...5, using: &generator), &generator) + .one
            let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
            try #require(remainder < divisor)
            try #require(quotient * divisor + remainder == number)
            try #require((number + divisor) - divisor == number)
        }
    }

    @Test func agreesWith128Bits() {
        property(seeds: 0..<500) { generator in
            let first = UInt128(generator.next()) << 60 | UInt128(generator.next())
            let second = UInt128(generator.next()) | 1
            let (quotient, remainder) = BigUInt(wide: first).quotientAndRemainder(dividingBy: BigUInt(wide: second))
            try #require(quotient == BigUInt(wide: first / second))
            try #require(remainder == BigUInt(wide: first % second))
            try #require(BigUInt(wide: first).description == first.description)
            try #require(
                BigUInt.greatestCommonDivisor(BigUInt(wide: first), BigUInt(wide: second))
                    == BigUInt(wide: greatestCommonDivisor(first, second)))
        }
    }

    @Test func decimalTextKeepsInnerZeros() {
        let thousand = (0..<20).reduce(BigUInt.one) { product, _ in product * 1000 }
        #expect(thousand.description == "1" + String(repeating: "0", count: 60))
        #expect((thousand + .one).description == "1" + String(repeating: "0", count: 59) + "1")
        #expect(BigUInt.zero.description == "0")
    }

    @Test func shiftsByWholeAndPartialLimbs() {
        let number = BigUInt(limbs: [UInt64.max, 5])
        for count in 0..<64 { #expect(number.shiftedLeft(by: count).shiftedRight(by: count) == number) }
        #expect(number.bitWidth == 67)
        #expect(BigUInt.zero.bitWidth == 0)
    }
}
