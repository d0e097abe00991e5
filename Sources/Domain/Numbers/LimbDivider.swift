/// Divides sums of products by one fixed denominator, many times and without allocating.
///
/// For given factors f(c) and a denominator d it finds, for any words u(c), the quotient and the remainder of
/// `sum of f(c) * u(c)` by d. The caller guarantees that the quotient fits into one word.
struct LimbDivider {
    /// Limbs of a remainder buffer.
    let width: Int
    private let factorCount: Int
    private let factors: [UInt64]
    private let divisor: [UInt64]
    private let shift: Int

    init(factors: [BigUInt], denominator: BigUInt) {
        // The division wants the denominator's top bit set; scaling both sides changes neither quotient nor order.
        shift = denominator.limbs.last?.leadingZeroBitCount ?? 0
        divisor = denominator.shiftedLeft(by: shift).limbs
        width = divisor.count + 1
        factorCount = factors.count
        var flat = [UInt64](repeating: 0, count: factors.count * width)
        for (index, factor) in factors.enumerated() {
            for (offset, limb) in factor.shiftedLeft(by: shift).limbs.enumerated() {
                flat[index * width + offset] = limb
            }
        }
        self.factors = flat
    }

    /// Quotient of the whole sum plus `extra`; leaves the remainder (scaled alike for all sums) in `remainder`.
    @inline(__always)
    func divide(
        _ units: UnsafeBufferPointer<UInt64>, plus extra: BigUInt, _ remainder: UnsafeMutableBufferPointer<UInt64>
    ) -> UInt64 {
        remainder.update(repeating: 0)
        factors.withUnsafeBufferPointer { factors in
            for index in 0..<factorCount where units[index] != 0 {
                let factor = UnsafeBufferPointer(rebasing: factors[(index * width)..<((index + 1) * width)])
                LimbArithmetic.multiplyAdd(remainder, factor, units[index])
            }
        }
        if !extra.isZero { add(extra, remainder) }
        return divisor.withUnsafeBufferPointer { LimbArithmetic.reduce(remainder, modulo: $0) }
    }

    /// Quotient of one product; leaves its remainder in `remainder`.
    @inline(__always)
    func divide(
        factor index: Int, times units: UInt64, _ remainder: UnsafeMutableBufferPointer<UInt64>
    ) -> UInt64 {
        remainder.update(repeating: 0)
        if units == 0 { return 0 }
        factors.withUnsafeBufferPointer { factors in
            let factor = UnsafeBufferPointer(rebasing: factors[(index * width)..<((index + 1) * width)])
            LimbArithmetic.multiplyAdd(remainder, factor, units)
        }
        return divisor.withUnsafeBufferPointer { LimbArithmetic.reduce(remainder, modulo: $0) }
    }

    /// Quotient of a number of any size; leaves its remainder in `remainder`.
    func divide(_ number: BigUInt, _ remainder: UnsafeMutableBufferPointer<UInt64>) -> UInt64 {
        remainder.update(repeating: 0)
        add(number, remainder)
        return divisor.withUnsafeBufferPointer { LimbArithmetic.reduce(remainder, modulo: $0) }
    }

    private func add(_ number: BigUInt, _ sum: UnsafeMutableBufferPointer<UInt64>) {
        number.shiftedLeft(by: shift).limbs.withUnsafeBufferPointer { LimbArithmetic.multiplyAdd(sum, $0, 1) }
    }
}
