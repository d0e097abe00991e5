/// The complete subtrees over a run of leaves, as few and as large as there can be: what stands for leaves that are not
/// shown, and, over a run that begins at 0, what the root is folded from.
///
/// Unlike a `Frontier` it may begin anywhere and takes whole subtrees as well as leaves.
public struct CompactRange: Sendable {
    /// A complete subtree with its hash.
    public struct Node: Sendable, Hashable {
        /// Its place in the tree.
        public let address: NodeAddress
        /// Its hash.
        public let hash: Hash

        /// The subtree at an address.
        public init(address: NodeAddress, hash: Hash) {
            self.address = address
            self.hash = hash
        }
    }

    /// Position of the first leaf.
    public let start: Int
    /// One more than the position of the last leaf.
    public private(set) var end: Int
    /// The subtrees from left to right.
    public private(set) var nodes: [Node] = []

    /// The run without leaves that begins at a position.
    public init(from start: Int = 0) {
        self.start = start
        end = start
    }

    /// Appends the leaf at `end`.
    public mutating func append(_ leaf: Hash, using hasher: TreeHasher) {
        push(Node(address: NodeAddress(level: 0, index: end), hash: leaf), using: hasher)
    }

    /// Appends a complete subtree.
    ///
    /// - Returns: false, and nothing is appended, unless it begins at `end`.
    public mutating func append(_ node: Node, using hasher: TreeHasher) -> Bool {
        guard node.address.leaves.lowerBound == end else { return false }
        push(node, using: hasher)
        return true
    }

    /// The root of the tree whose leaves these are (RFC 6962, section 2.1); the run must begin at 0.
    public func root(using hasher: TreeHasher) -> Hash {
        precondition(start == 0, "a tree begins at its first leaf")
        guard var root = nodes.last?.hash else { return hasher.emptyRoot() }
        for left in nodes.dropLast().reversed() { root = hasher.node(left.hash, root) }
        return root
    }

    /// Where the subtrees over the leaves between the given ones lie, in a tree of `size` leaves.
    ///
    /// - Parameter leaves: ascending positions below `size`.
    public static func addresses(between leaves: [Int], size: Int) -> [NodeAddress] {
        var (addresses, end): ([NodeAddress], Int) = ([], 0)
        for leaf in leaves + [size] {
            addresses += NodeAddress.filling(end..<max(end, leaf))
            end = leaf + 1
        }
        return addresses
    }

    private mutating func push(_ node: Node, using hasher: TreeHasher) {
        var node = node
        end = node.address.leaves.upperBound
        while let left = nodes.last, left.address.level == node.address.level, node.address.index & 1 == 1 {
            nodes.removeLast()
            node = Node(
                address: NodeAddress(level: left.address.level + 1, index: left.address.index >> 1),
                hash: hasher.node(left.hash, node.hash))
        }
        nodes.append(node)
    }
}

extension NodeAddress {
    /// The complete subtrees over any run of leaves, from left to right, as few and as large as there can be.
    public static func filling(_ leaves: Range<Int>) -> [NodeAddress] {
        var (addresses, start): ([NodeAddress], Int) = ([], leaves.lowerBound)
        while start < leaves.upperBound {
            let room = Int.bitWidth - 1 - (leaves.upperBound - start).leadingZeroBitCount
            let level = min(start.trailingZeroBitCount, room)
            addresses.append(NodeAddress(level: level, index: start >> level))
            start += 1 << level
        }
        return addresses
    }
}
