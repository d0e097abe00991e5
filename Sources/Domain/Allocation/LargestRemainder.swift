/// Rounding by largest remainder (Hare/Niemeyer): whole numbers first, then one more for the largest remainders.
enum LargestRemainder {
    /// Adds `count` units to the quotients with the largest remainders; equal ones in ascending order of their index.
    ///
    /// Remainder i are the limbs from `i * width` on.
    static func distribute(
        _ count: Int, over quotients: inout [UInt64], remainders: [UInt64], width: Int
    ) -> [Bool] {
        var isRaised = [Bool](repeating: false, count: quotients.count)
        guard count > 0 else { return isRaised }
        var order = Array(quotients.indices)
        remainders.withUnsafeBufferPointer { remainders in
            order.sort { isBefore($0, $1, remainders, width) }
        }
        for index in order.prefix(count) {
            quotients[index] += 1
            isRaised[index] = true
        }
        return isRaised
    }

    /// Whether the left index comes first: by larger remainder, then by lower index.
    @inline(__always)
    static func isBefore(
        _ left: Int, _ right: Int, _ remainders: UnsafeBufferPointer<UInt64>, _ width: Int
    ) -> Bool {
        var offset = width
        while offset > 0 {
            offset -= 1
            let first = remainders[left * width + offset]
            let second = remainders[right * width + offset]
            if first != second { return first > second }
        }
        return left < right
    }
}
