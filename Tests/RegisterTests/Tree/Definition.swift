import Register
import TLS

/// RFC 6962, section 2.1, word by word: slow, recursive and independent of the code under test.
enum Definition {
    /// MTH(D[n]) over the entries themselves.
    static func root(_ entries: ArraySlice<[UInt8]>) -> [UInt8] {
        switch entries.count {
        case 0: return SHA256.hash([] as [UInt8])
        case 1: return SHA256.hash([0x00] + entries[entries.startIndex])
        default:
            let middle = entries.startIndex + half(entries.count)
            return SHA256.hash([0x01] + root(entries[..<middle]) + root(entries[middle...]))
        }
    }

    /// The largest power of two smaller than n: k < n ≤ 2k.
    static func half(_ n: Int) -> Int {
        var k = 1
        while 2 * k < n { k *= 2 }
        return k
    }

    /// PATH(m, D[n]), with the roots of subtrees taken from a table, as n³ of them are asked for.
    static func path(_ m: Int, _ tree: Range<Int>, _ roots: inout Roots) -> [[UInt8]] {
        guard tree.count > 1 else { return [] }
        let middle = tree.lowerBound + half(tree.count)
        let (left, right) = (tree.lowerBound..<middle, middle..<tree.upperBound)
        return m < middle
            ? path(m, left, &roots) + [roots.root(right)]
            : path(m, right, &roots) + [roots.root(left)]
    }

    /// PROOF(m, D[n]) = SUBPROOF(m, D[n], true).
    static func proof(_ m: Int, _ tree: Range<Int>, _ whole: Bool, _ roots: inout Roots) -> [[UInt8]] {
        if m == tree.upperBound { return whole ? [] : [roots.root(tree)] }
        let middle = tree.lowerBound + half(tree.count)
        let (left, right) = (tree.lowerBound..<middle, middle..<tree.upperBound)
        return m <= middle
            ? proof(m, left, whole, &roots) + [roots.root(right)]
            : proof(m, right, false, &roots) + [roots.root(left)]
    }

    /// Remembers MTH of every subtree asked for.
    struct Roots {
        let entries: [[UInt8]]
        private var known: [Range<Int>: [UInt8]] = [:]

        init(entries: [[UInt8]]) {
            self.entries = entries
        }

        mutating func root(_ tree: Range<Int>) -> [UInt8] {
            if let root = known[tree] { return root }
            let result: [UInt8]
            if tree.count < 2 {
                result = Definition.root(entries[tree])
            } else {
                let middle = tree.lowerBound + Definition.half(tree.count)
                let (left, right) = (root(tree.lowerBound..<middle), root(middle..<tree.upperBound))
                result = SHA256.hash([0x01] + left + right)
            }
            known[tree] = result
            return result
        }
    }

    /// Entries that differ in content and length.
    static func entries(_ count: Int) -> [[UInt8]] {
        (0..<count).map {
            Array(repeating: UInt8(truncatingIfNeeded: $0 &* 37), count: $0 % 5) + Array("entry \($0)".utf8)
        }
    }
}
