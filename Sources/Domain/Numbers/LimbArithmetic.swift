/// Multiplication and division on limbs in place, for loops over many members that must not allocate.
///
/// Numbers are little-endian 64-bit limbs of a fixed count; all functions check their bounds through the buffers'
/// counts.
enum LimbArithmetic {
    /// Adds `factor * word` to `sum`, which must be wide enough for the result.
    @inline(__always)
    static func multiplyAdd(
        _ sum: UnsafeMutableBufferPointer<UInt64>, _ factor: UnsafeBufferPointer<UInt64>, _ word: UInt64
    ) {
        var carry: UInt64 = 0
        var index = 0
        while index < factor.count {
            let next = UInt128(factor[index]) * UInt128(word) + UInt128(sum[index]) + UInt128(carry)
            sum[index] = UInt64(truncatingIfNeeded: next)
            carry = UInt64(truncatingIfNeeded: next >> 64)
            index += 1
        }
        while carry != 0 {
            let (next, overflow) = sum[index].addingReportingOverflow(carry)
            sum[index] = next
            carry = overflow ? 1 : 0
            index += 1
        }
    }

    /// Divides a number whose quotient is one word: leaves the remainder in `number` and returns the quotient.
    ///
    /// `divisor` must have its top bit set, and `number` must have exactly one limb more and be less than
    /// 2^64 times the divisor. This is one step of Knuth's algorithm D.
    @inline(__always)
    static func reduce(
        _ number: UnsafeMutableBufferPointer<UInt64>, modulo divisor: UnsafeBufferPointer<UInt64>
    ) -> UInt64 {
        let top = divisor[divisor.count - 1]
        let high = number[divisor.count]
        let low = number[divisor.count - 1]
        var digit = high >= top ? UInt64.max : top.dividingFullWidth((high, low)).quotient
        if digit == 0 { return 0 }
        if subtract(number, divisor, times: digit) {
            // The estimate was one or two too large.
            repeat { digit &-= 1 } while !addBack(number, divisor)
        }
        return digit
    }

    /// Subtracts `divisor * digit` and tells whether the result went below zero.
    @inline(__always)
    private static func subtract(
        _ number: UnsafeMutableBufferPointer<UInt64>, _ divisor: UnsafeBufferPointer<UInt64>, times digit: UInt64
    ) -> Bool {
        var carry: UInt64 = 0
        var index = 0
        while index < divisor.count {
            let product = UInt128(divisor[index]) * UInt128(digit) + UInt128(carry)
            let (difference, under) = number[index].subtractingReportingOverflow(UInt64(truncatingIfNeeded: product))
            number[index] = difference
            carry = UInt64(truncatingIfNeeded: product >> 64) &+ (under ? 1 : 0)
            index += 1
        }
        let (difference, under) = number[index].subtractingReportingOverflow(carry)
        number[index] = difference
        return under
    }

    /// Adds the divisor once and tells whether the number is above zero again.
    @inline(__always)
    private static func addBack(
        _ number: UnsafeMutableBufferPointer<UInt64>, _ divisor: UnsafeBufferPointer<UInt64>
    ) -> Bool {
        var carry: UInt64 = 0
        var index = 0
        while index < divisor.count {
            let sum = UInt128(number[index]) + UInt128(divisor[index]) + UInt128(carry)
            number[index] = UInt64(truncatingIfNeeded: sum)
            carry = UInt64(truncatingIfNeeded: sum >> 64)
            index += 1
        }
        let (sum, overflow) = number[index].addingReportingOverflow(carry)
        number[index] = sum
        return overflow
    }
}
