/// Proof that a leaf is at a position of a tree (RFC 9162, section 2.1.3).
public struct InclusionProof: Sendable, Hashable {
    /// Position of the leaf, from 0.
    public let index: Int
    /// Leaves of the tree.
    public let size: Int
    /// Siblings from the leaf up to the root.
    public let path: [Hash]

    /// A proof as received; nothing is checked before `verify`.
    public init(index: Int, size: Int, path: [Hash]) {
        self.index = index
        self.size = size
        self.path = path
    }

    /// Checks that the tree with this root has this leaf hash at `index` (RFC 9162, section 2.1.3.2).
    public func verify(leaf: Hash, root: Hash, using hasher: TreeHasher) throws(ProofError) {
        let computed = try self.root(leaf: leaf, using: hasher)
        guard computed == root else { throw .rootMismatch(expected: root, computed: computed) }
    }

    /// The root this path leads to from the leaf hash.
    public func root(leaf: Hash, using hasher: TreeHasher) throws(ProofError) -> Hash {
        guard index >= 0, index < size else { throw .indexOutOfRange(index: index, size: size) }
        let expected = pathLength
        guard path.count == expected else { throw .wrongPathLength(expected: expected, found: path.count) }
        var (position, last, hash) = (index, size - 1, leaf)
        for sibling in path {
            if position & 1 == 1 || position == last {
                hash = hasher.node(sibling, hash)
                // A node without a right sibling is carried up unchanged until it becomes a right child.
                let carried = position == 0 ? 0 : position.trailingZeroBitCount
                position >>= carried
                last >>= carried
            } else {
                hash = hasher.node(hash, sibling)
            }
            position >>= 1
            last >>= 1
        }
        return hash
    }

    /// One sibling for each level up to where the paths of the leaf and of the last leaf meet, above that one for
    /// each complete subtree to the left.
    private var pathLength: Int {
        let meeting = Int.bitWidth - (index ^ (size - 1)).leadingZeroBitCount
        return meeting + (index >> meeting).nonzeroBitCount
    }
}
