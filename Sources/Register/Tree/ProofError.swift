/// Why a proof cannot be made or does not hold.
public enum ProofError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The tree has no such leaf.
    case indexOutOfRange(index: Int, size: Int)
    /// The tree said to be older is the larger one.
    case sizesOutOfOrder(old: Int, new: Int)
    /// The tree at hand has fewer leaves than the proof is asked for.
    case sizeBeyondTree(asked: Int, size: Int)
    /// A path between these places has exactly `expected` hashes.
    case wrongPathLength(expected: Int, found: Int)
    /// The path leads to another root.
    case rootMismatch(expected: Hash, computed: Hash)
    /// The path leads to another root of the older tree.
    case oldRootMismatch(expected: Hash, computed: Hash)

    public var description: String {
        switch self {
        case .indexOutOfRange(let index, let size): "a tree of \(size) leaves has no leaf \(index)"
        case .sizesOutOfOrder(let old, let new): "the older tree has \(old) leaves, the newer only \(new)"
        case .sizeBeyondTree(let asked, let size): "the tree has \(size) leaves, not \(asked)"
        case .wrongPathLength(let expected, let found): "the path needs \(expected) hashes and has \(found)"
        case .rootMismatch(let expected, let computed): "the path leads to root \(computed), not \(expected)"
        case .oldRootMismatch(let expected, let computed): "the path leads to old root \(computed), not \(expected)"
        }
    }
}
