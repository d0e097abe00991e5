/// Which subtrees make up a proof, before any hash is known.
///
/// Every element of an RFC 6962 path is the hash of a subtree, and every subtree is folded from complete ones. A store
/// reads `addresses`, all complete and therefore kept, and `assemble` folds them into the path.
public struct ProofPlan: Sendable, Hashable {
    /// The leaves below each element of the path, in the order of the path.
    public let subtrees: [Range<Int>]

    private init(subtrees: [Range<Int>]) {
        self.subtrees = subtrees
    }

    /// The root of the tree of `size` leaves, as the only hash (RFC 6962, section 2.1).
    public static func root(size: Int) -> ProofPlan {
        ProofPlan(subtrees: [0..<size])
    }

    /// The path from leaf `index` to the root of the tree of `size` leaves (RFC 6962, section 2.1.1).
    public static func inclusion(index: Int, size: Int) throws(ProofError) -> ProofPlan {
        guard index >= 0, index < size else { throw .indexOutOfRange(index: index, size: size) }
        var subtrees: [Range<Int>] = []
        var tree = 0..<size
        while tree.count > 1 {
            let (left, right) = split(tree)
            subtrees.append(index < right.lowerBound ? right : left)
            tree = index < right.lowerBound ? left : right
        }
        return ProofPlan(subtrees: subtrees.reversed())
    }

    /// The proof that the tree of `oldSize` leaves is a prefix of that of `newSize` (RFC 6962, section 2.1.2); empty
    /// when the sizes are equal and when the old tree is empty, where there is nothing to prove.
    public static func consistency(oldSize: Int, newSize: Int) throws(ProofError) -> ProofPlan {
        guard oldSize >= 0, oldSize <= newSize else { throw .sizesOutOfOrder(old: oldSize, new: newSize) }
        guard oldSize > 0, oldSize < newSize else { return ProofPlan(subtrees: []) }
        var subtrees: [Range<Int>] = []
        var tree = 0..<newSize
        while tree.upperBound != oldSize {
            let (left, right) = split(tree)
            subtrees.append(oldSize <= right.lowerBound ? right : left)
            tree = oldSize <= right.lowerBound ? left : right
        }
        // What remains is a whole subtree of the old tree: its root is known to the verifier only if it is all of it.
        if tree.lowerBound > 0 { subtrees.append(tree) }
        return ProofPlan(subtrees: subtrees.reversed())
    }

    /// Complete subtrees themselves, in the given order.
    public init(nodes: [NodeAddress]) {
        self.init(subtrees: nodes.map(\.leaves))
    }

    /// The same with the hash of a leaf in front.
    public func withLeaf(_ index: Int) -> ProofPlan {
        ProofPlan(subtrees: [index..<(index + 1)] + subtrees)
    }

    /// The complete subtrees to read, each once, ascending by level and index.
    public var addresses: [NodeAddress] {
        Set(subtrees.flatMap(NodeAddress.covering)).sorted()
    }

    /// The path, from the hashes of `addresses`.
    public func assemble(using hasher: TreeHasher, node: (NodeAddress) throws -> Hash) rethrows -> [Hash] {
        try subtrees.map { leaves in
            try Self.fold(leaves, using: hasher, node: node)
        }
    }

    /// The hash of one subtree from the complete ones it consists of.
    static func fold(
        _ leaves: Range<Int>, using hasher: TreeHasher, node: (NodeAddress) throws -> Hash
    ) rethrows -> Hash {
        let hashes = try NodeAddress.covering(leaves).map(node)
        guard var hash = hashes.last else { return hasher.emptyRoot() }
        for left in hashes.dropLast().reversed() {
            hash = hasher.node(left, hash)
        }
        return hash
    }

    /// The children of a subtree: the left one has the largest power of two that is smaller than the count.
    private static func split(_ tree: Range<Int>) -> (left: Range<Int>, right: Range<Int>) {
        let half = 1 << (Int.bitWidth - 1 - (tree.count - 1).leadingZeroBitCount)
        let middle = tree.lowerBound + half
        return (tree.lowerBound..<middle, middle..<tree.upperBound)
    }
}
