/// Divides sums of products by one fixed denominator, many times and without allocating.
///
/// For given factors f(c) and a denominator d it finds, for any words u(c), the quotient and the remainder of
/// `sum of f(c) * u(c)` by d. The caller guarantees that the quotient fits into one word.
struct LimbDivider {
    /// Limbs of a remainder buffer.
    let width: Int
    private let factorCount: Int
    private let factorWidth: Int
    private let factors: [UInt64]
    /// What every product is still to be multiplied by, empty for zero; `nil` where the factors hold it already.
    private let multiplier: [UInt64]?
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
        factorWidth = width
        multiplier = nil
    }

    /// The factors of the table, each times `multiplier`, over `denominator`: for a denominator that serves one line
    /// only, as it multiplies what it divides instead of all factors beforehand. Divides single products alone.
    init(_ table: FactorTable, times multiplier: BigUInt, denominator: BigUInt) {
        shift = denominator.limbs.last?.leadingZeroBitCount ?? 0
        divisor = denominator.shiftedLeft(by: shift).limbs
        width = divisor.count + 1
        factorWidth = table.width
        factorCount = table.limbs.count / table.width
        factors = table.limbs
        self.multiplier = multiplier.shiftedLeft(by: shift).limbs
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
        if let multiplier { return divideScaled(factor: index, times: units, multiplier, remainder) }
        factors.withUnsafeBufferPointer { factors in
            let factor = UnsafeBufferPointer(rebasing: factors[(index * width)..<((index + 1) * width)])
            LimbArithmetic.multiplyAdd(remainder, factor, units)
        }
        return divisor.withUnsafeBufferPointer { LimbArithmetic.reduce(remainder, modulo: $0) }
    }

    private func divideScaled(
        factor index: Int, times units: UInt64, _ multiplier: [UInt64],
        _ remainder: UnsafeMutableBufferPointer<UInt64>
    ) -> UInt64 {
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: factorWidth + 1) { product in
            product.initialize(repeating: 0)
            factors.withUnsafeBufferPointer { factors in
                let range = (index * factorWidth)..<((index + 1) * factorWidth)
                LimbArithmetic.multiplyAdd(product, UnsafeBufferPointer(rebasing: factors[range]), units)
            }
            var count = product.count
            while count > 0, product[count - 1] == 0 { count -= 1 }
            let scaled = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(product)[..<count])
            for (offset, word) in multiplier.enumerated() where word != 0 {
                LimbArithmetic.multiplyAdd(
                    UnsafeMutableBufferPointer(rebasing: remainder[offset...]), scaled, word)
            }
            return divisor.withUnsafeBufferPointer { LimbArithmetic.reduce(remainder, modulo: $0) }
        }
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
