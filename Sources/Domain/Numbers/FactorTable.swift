/// The factors of an allocation key in one array, for sums over thousands of members that must not allocate.
struct FactorTable {
    /// Limbs of each factor in `limbs`.
    let width: Int
    /// Factor c from limb `c * width` on.
    let limbs: [UInt64]

    init(_ factors: [BigUInt]) {
        let width = factors.reduce(1) { max($0, $1.limbs.count) }
        var limbs = [UInt64](repeating: 0, count: factors.count * width)
        for (index, factor) in factors.enumerated() {
            for (offset, limb) in factor.limbs.enumerated() { limbs[index * width + offset] = limb }
        }
        self.width = width
        self.limbs = limbs
    }

    /// Sum of factor times units over all factors; the caller guarantees that there are as many units.
    func sum(_ units: ArraySlice<UInt64>) -> BigUInt {
        // Each product needs one limb more, and the sum of a few at most one again.
        var sum = [UInt64](repeating: 0, count: width + 2)
        sum.withUnsafeMutableBufferPointer { sum in
            limbs.withUnsafeBufferPointer { limbs in
                var start = 0
                for word in units {
                    if word != 0 {
                        let factor = UnsafeBufferPointer(rebasing: limbs[start..<(start + width)])
                        LimbArithmetic.multiplyAdd(sum, factor, word)
                    }
                    start += width
                }
            }
        }
        return BigUInt(limbs: sum)
    }
}
