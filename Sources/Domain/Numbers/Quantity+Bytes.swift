extension Quantity {
    /// Appends the quantity as plain decimal text, such as 12.50, with exactly `scale` digits after the point.
    ///
    /// The same bytes as `description`, without a string in between: exports write millions of them.
    public func append(to bytes: inout [UInt8]) {
        if units < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = units.magnitude
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { digits in
            var first = digits.count
            var written = 0
            repeat {
                if written == scale, scale > 0 {
                    first -= 1
                    digits[first] = UInt8(ascii: ".")
                }
                first -= 1
                digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
                written += 1
            } while rest > 0 || written <= scale
            bytes.append(contentsOf: digits[first...])
        }
    }
}
