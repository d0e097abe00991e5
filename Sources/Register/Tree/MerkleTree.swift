/// A tree held in memory with all its complete subtrees: proofs of any size up to its own without hashing leaves
/// again. Twice as many hashes as leaves; a long log keeps a `Frontier` and a store of nodes instead.
public struct MerkleTree: Sendable {
    private var levels: [[Hash]] = [[]]
    private var frontier = Frontier()

    /// The tree without leaves.
    public init() {}

    /// The tree over the given leaf hashes.
    public init(leaves: some Sequence<Hash>, using hasher: TreeHasher) {
        for leaf in leaves { append(leaf, using: hasher) }
    }

    /// Number of leaves.
    public var size: Int { frontier.size }

    /// The leaf hashes.
    public var leaves: [Hash] { levels[0] }

    /// Appends a leaf hash; O(1) amortised.
    public mutating func append(_ leaf: Hash, using hasher: TreeHasher) {
        frontier.append(leaf, using: hasher) { address, hash in
            if address.level == levels.count { levels.append([]) }
            levels[address.level].append(hash)
        }
    }

    /// The root over all leaves.
    public func root(using hasher: TreeHasher) -> Hash {
        frontier.root(using: hasher)
    }

    /// The root over the first `size` leaves.
    public func root(size: Int, using hasher: TreeHasher) throws(ProofError) -> Hash {
        try require(size)
        return ProofPlan.fold(0..<size, using: hasher, node: node)
    }

    /// Proof that leaf `index` is in the tree of the first `size` leaves.
    public func inclusionProof(index: Int, size: Int, using hasher: TreeHasher) throws(ProofError) -> InclusionProof {
        try require(size)
        let plan = try ProofPlan.inclusion(index: index, size: size)
        return InclusionProof(index: index, size: size, path: plan.assemble(using: hasher, node: node))
    }

    /// Proof that the tree of the first `oldSize` leaves is a prefix of that of the first `newSize`.
    public func consistencyProof(
        oldSize: Int, newSize: Int, using hasher: TreeHasher
    ) throws(ProofError) -> ConsistencyProof {
        try require(newSize)
        let plan = try ProofPlan.consistency(oldSize: oldSize, newSize: newSize)
        return ConsistencyProof(
            oldSize: oldSize, newSize: newSize, path: plan.assemble(using: hasher, node: node))
    }

    private func node(_ address: NodeAddress) -> Hash {
        levels[address.level][address.index]
    }

    private func require(_ size: Int) throws(ProofError) {
        guard size >= 0, size <= self.size else { throw .sizeBeyondTree(asked: size, size: self.size) }
    }
}
