/// A natural number of any size, for exact intermediate results.
///
/// Little-endian 64-bit limbs without leading zeros, so equal numbers have equal limbs; zero has none.
struct BigUInt: Sendable, Hashable {
    private(set) var limbs: [UInt64]

    static let zero = BigUInt(0)
    static let one = BigUInt(1)

    init(_ word: UInt64) {
        limbs = word == 0 ? [] : [word]
    }

    init(wide value: UInt128) {
        self.init(limbs: [UInt64(truncatingIfNeeded: value), UInt64(truncatingIfNeeded: value >> 64)])
    }

    init(limbs: [UInt64]) {
        self.limbs = limbs
        trim()
    }

    var isZero: Bool { limbs.isEmpty }

    /// Position of the highest set bit plus one; 0 for zero.
    var bitWidth: Int {
        guard let top = limbs.last else { return 0 }
        return limbs.count * 64 - top.leadingZeroBitCount
    }

    /// The number as one word, or `nil` if it does not fit.
    var word: UInt64? {
        limbs.count > 1 ? nil : limbs.first ?? 0
    }

    private mutating func trim() {
        while limbs.last == 0 { limbs.removeLast() }
    }

    static func + (left: BigUInt, right: BigUInt) -> BigUInt {
        let (long, short) = left.limbs.count >= right.limbs.count ? (left, right) : (right, left)
        var result = long.limbs
        var carry: UInt64 = 0
        for index in result.indices {
            if index >= short.limbs.count && carry == 0 { break }
            let addend = index < short.limbs.count ? short.limbs[index] : 0
            let sum = UInt128(result[index]) + UInt128(addend) + UInt128(carry)
            result[index] = UInt64(truncatingIfNeeded: sum)
            carry = UInt64(sum >> 64)
        }
        if carry != 0 { result.append(carry) }
        return BigUInt(limbs: result)
    }

    /// Difference; the right number must not be the greater one.
    static func - (left: BigUInt, right: BigUInt) -> BigUInt {
        precondition(left >= right, "a natural number cannot become negative")
        var result = left.limbs
        var borrow = false
        for index in result.indices {
            if index >= right.limbs.count && !borrow { break }
            let subtrahend = index < right.limbs.count ? right.limbs[index] : 0
            let (first, under) = result[index].subtractingReportingOverflow(subtrahend)
            let (second, underAgain) = first.subtractingReportingOverflow(borrow ? 1 : 0)
            result[index] = second
            borrow = under || underAgain
        }
        return BigUInt(limbs: result)
    }

    static func * (left: BigUInt, right: BigUInt) -> BigUInt {
        guard !left.isZero, !right.isZero else { return .zero }
        var result = [UInt64](repeating: 0, count: left.limbs.count + right.limbs.count)
        for (offset, factor) in left.limbs.enumerated() {
            var carry: UInt64 = 0
            for (index, limb) in right.limbs.enumerated() {
                // At most (2^64-1)^2 + 2(2^64-1) = 2^128-1, so nothing is lost.
                let sum = UInt128(factor) * UInt128(limb) + UInt128(result[offset + index]) + UInt128(carry)
                result[offset + index] = UInt64(truncatingIfNeeded: sum)
                carry = UInt64(sum >> 64)
            }
            result[offset + right.limbs.count] = carry
        }
        return BigUInt(limbs: result)
    }

    static func * (left: BigUInt, right: UInt64) -> BigUInt {
        left * BigUInt(right)
    }

    /// Quotient and remainder of a division by one word, which must not be zero.
    func quotientAndRemainder(dividingBy divisor: UInt64) -> (quotient: BigUInt, remainder: UInt64) {
        var quotient = limbs
        var remainder: UInt64 = 0
        for index in quotient.indices.reversed() {
            (quotient[index], remainder) = divisor.dividingFullWidth((remainder, quotient[index]))
        }
        return (BigUInt(limbs: quotient), remainder)
    }

    /// Quotient and remainder; the divisor must not be zero. Knuth, The Art of Computer Programming 2, 4.3.1, algorithm
    /// D.
    func quotientAndRemainder(dividingBy divisor: BigUInt) -> (quotient: BigUInt, remainder: BigUInt) {
        if self < divisor { return (.zero, self) }
        if let word = divisor.word {
            let (quotient, remainder) = quotientAndRemainder(dividingBy: word)
            return (quotient, BigUInt(remainder))
        }
        // With the divisor's top bit set, the estimate of a quotient digit is at most two too large.
        let shift = (divisor.limbs.last ?? 0).leadingZeroBitCount
        let bottom = divisor.shiftedLeft(by: shift).limbs
        var rest = shiftedLeft(by: shift).limbs
        if rest.count == limbs.count { rest.append(0) }
        var quotient = [UInt64](repeating: 0, count: rest.count - bottom.count)
        rest.withUnsafeMutableBufferPointer { rest in
            for offset in quotient.indices.reversed() {
                let window = UnsafeMutableBufferPointer(rebasing: rest[offset...(offset + bottom.count)])
                quotient[offset] = bottom.withUnsafeBufferPointer { LimbArithmetic.reduce(window, modulo: $0) }
            }
        }
        return (BigUInt(limbs: quotient), BigUInt(limbs: rest).shiftedRight(by: shift))
    }

    /// Shifts by fewer than 64 bits.
    func shiftedLeft(by count: Int) -> BigUInt {
        guard count > 0 else { return self }
        var result = limbs
        var carry: UInt64 = 0
        for index in result.indices {
            let limb = result[index]
            result[index] = limb << UInt64(count) | carry
            carry = limb >> UInt64(64 - count)
        }
        if carry != 0 { result.append(carry) }
        return BigUInt(limbs: result)
    }

    /// Shifts by fewer than 64 bits.
    func shiftedRight(by count: Int) -> BigUInt {
        guard count > 0 else { return self }
        var result = limbs
        for index in result.indices {
            let above = index + 1 < result.count ? result[index + 1] : 0
            result[index] = result[index] >> UInt64(count) | above << UInt64(64 - count)
        }
        return BigUInt(limbs: result)
    }

    /// Greatest common divisor by Euclid's algorithm; 1 stands for that of 0 and 0 so that it can always divide.
    static func greatestCommonDivisor(_ first: BigUInt, _ second: BigUInt) -> BigUInt {
        var (a, b) = (first, second)
        while !b.isZero { (a, b) = (b, a.quotientAndRemainder(dividingBy: b).remainder) }
        return a.isZero ? .one : a
    }

    /// Least common multiple with one word, which must not be zero.
    func leastCommonMultiple(with word: UInt64) -> BigUInt {
        let divisor = Domain.greatestCommonDivisor(quotientAndRemainder(dividingBy: word).remainder, word)
        return self * (word / divisor)
    }
}

extension BigUInt: Comparable {
    static func < (left: BigUInt, right: BigUInt) -> Bool {
        if left.limbs.count != right.limbs.count { return left.limbs.count < right.limbs.count }
        for index in left.limbs.indices.reversed() where left.limbs[index] != right.limbs[index] {
            return left.limbs[index] < right.limbs[index]
        }
        return false
    }
}

extension BigUInt: CustomStringConvertible {
    /// The number in decimal digits.
    var description: String {
        let chunk: UInt64 = 1_000_000_000_000_000_000
        var (rest, digits) = quotientAndRemainder(dividingBy: chunk)
        var text = String(digits)
        while !rest.isZero {
            text = String(repeating: "0", count: (18 - text.count % 18) % 18) + text
            (rest, digits) = rest.quotientAndRemainder(dividingBy: chunk)
            text = String(digits) + text
        }
        return text
    }
}
