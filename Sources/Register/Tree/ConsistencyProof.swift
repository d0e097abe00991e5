/// Proof that one tree is a prefix of another (RFC 9162, section 2.1.4).
public struct ConsistencyProof: Sendable, Hashable {
    /// Leaves of the older tree.
    public let oldSize: Int
    /// Leaves of the newer tree.
    public let newSize: Int
    /// Hashes of subtrees in the order of RFC 6962, section 2.1.2.
    public let path: [Hash]

    /// A proof as received; nothing is checked before `verify`.
    public init(oldSize: Int, newSize: Int, path: [Hash]) {
        self.oldSize = oldSize
        self.newSize = newSize
        self.path = path
    }

    /// Checks that the tree with `newRoot` begins with all leaves of the tree with `oldRoot` (RFC 9162, section
    /// 2.1.4.2). The empty tree is a prefix of every tree and needs no path.
    public func verify(oldRoot: Hash, newRoot: Hash, using hasher: TreeHasher) throws(ProofError) {
        guard oldSize >= 0, oldSize <= newSize else { throw .sizesOutOfOrder(old: oldSize, new: newSize) }
        let expected = try ProofPlan.consistency(oldSize: oldSize, newSize: newSize).subtrees.count
        guard path.count == expected else { throw .wrongPathLength(expected: expected, found: path.count) }
        let (computedOld, computedNew) = roots(oldRoot: oldRoot, newRoot: newRoot, using: hasher)
        guard computedOld == oldRoot else { throw .oldRootMismatch(expected: oldRoot, computed: computedOld) }
        guard computedNew == newRoot else { throw .rootMismatch(expected: newRoot, computed: computedNew) }
    }

    /// Both roots as the path, whose length is right, leads to them.
    private func roots(oldRoot: Hash, newRoot: Hash, using hasher: TreeHasher) -> (old: Hash, new: Hash) {
        if oldSize == 0 { return (hasher.emptyRoot(), newSize == 0 ? hasher.emptyRoot() : newRoot) }
        if oldSize == newSize { return (newRoot, newRoot) }
        // Where the old tree is one complete subtree its root is the start, and the path leaves it out.
        let completeOld = oldSize & (oldSize - 1) == 0
        let start = completeOld ? oldRoot : path[0]
        let lowest = (~(oldSize - 1)).trailingZeroBitCount
        var (position, last) = ((oldSize - 1) >> lowest, (newSize - 1) >> lowest)
        var (old, new) = (start, start)
        for hash in path.dropFirst(completeOld ? 0 : 1) {
            if position & 1 == 1 || position == last {
                old = hasher.node(hash, old)
                new = hasher.node(hash, new)
                let carried = position == 0 ? 0 : position.trailingZeroBitCount
                position >>= carried
                last >>= carried
            } else {
                new = hasher.node(new, hash)
            }
            position >>= 1
            last >>= 1
        }
        return (old, new)
    }
}
