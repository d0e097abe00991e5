/// The place of a complete subtree: level 0 holds the leaves, and node `index` of level `l` covers the leaves
/// `index · 2^l ..< (index + 1) · 2^l`. A complete subtree never changes again, so a store keeps it for good.
public struct NodeAddress: Sendable, Hashable, Comparable {
    /// Height above the leaves, 0 … 62.
    public let level: Int
    /// Position within the level, from 0.
    public let index: Int

    /// The address; `level` and `index` are not negative.
    public init(level: Int, index: Int) {
        self.level = level
        self.index = index
    }

    /// The positions of the leaves below.
    public var leaves: Range<Int> {
        (index << level)..<((index + 1) << level)
    }

    /// Position of the leaf that completes the subtree.
    public var lastLeaf: Int { leaves.upperBound - 1 }

    /// Ascending by level, then by index.
    public static func < (left: NodeAddress, right: NodeAddress) -> Bool {
        (left.level, left.index) < (right.level, right.index)
    }

    /// The complete subtrees that make up a subtree of some RFC 6962 tree, left (largest) to right (smallest).
    ///
    /// `leaves` starts at a multiple of a power of two that is at least its count, as every subtree does.
    public static func covering(_ leaves: Range<Int>) -> [NodeAddress] {
        var addresses: [NodeAddress] = []
        var start = leaves.lowerBound
        while start < leaves.upperBound {
            let remaining = leaves.upperBound - start
            let level = Int.bitWidth - 1 - remaining.leadingZeroBitCount
            addresses.append(NodeAddress(level: level, index: start >> level))
            start += 1 << level
        }
        return addresses
    }

    /// The complete subtrees that come into being when leaf `position` is appended: its own and, from the bottom
    /// up, every node whose last leaf it is.
    public static func completed(byLeaf position: Int) -> [NodeAddress] {
        (0...(~position).trailingZeroBitCount).map { NodeAddress(level: $0, index: position >> $0) }
    }
}
