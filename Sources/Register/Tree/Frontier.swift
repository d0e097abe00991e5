/// The right edge of a growing tree: one hash per complete subtree, largest first. It is all that is needed to append
/// and to know the root: at most 63 hashes whatever the size.
public struct Frontier: Sendable, Hashable {
    /// Number of leaves.
    public private(set) var size: Int
    /// Hashes of the complete subtrees, one per bit set in `size`, the largest (leftmost) first.
    public private(set) var hashes: [Hash]

    /// The tree without leaves.
    public init() {
        size = 0
        hashes = []
    }

    /// Appends a leaf hash; O(1) amortised.
    public mutating func append(_ leaf: Hash, using hasher: TreeHasher) {
        append(leaf, using: hasher) { _, _ in }
    }

    /// Appends a leaf hash and hands out every complete subtree this brings into being, the leaf first, then upwards.
    public mutating func append(
        _ leaf: Hash, using hasher: TreeHasher, completed: (NodeAddress, Hash) -> Void
    ) {
        var hash = leaf
        var level = 0
        completed(NodeAddress(level: 0, index: size), hash)
        // A bit set in the old size is a complete subtree waiting for a right neighbour of the same height.
        while size >> level & 1 == 1, let left = hashes.popLast() {
            hash = hasher.node(left, hash)
            level += 1
            completed(NodeAddress(level: level, index: size >> level), hash)
        }
        hashes.append(hash)
        size += 1
    }

    /// The root of the tree (RFC 6962, section 2.1); O(log size).
    public func root(using hasher: TreeHasher) -> Hash {
        guard var root = hashes.last else { return hasher.emptyRoot() }
        for left in hashes.dropLast().reversed() {
            root = hasher.node(left, root)
        }
        return root
    }
}

extension Frontier {
    private static let sizeByteCount = 8

    /// The frontier for one database column: size, 8 bytes big-endian, then the hashes, largest subtree first.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.sizeByteCount + hashes.count * Hash.byteCount)
        withUnsafeBytes(of: UInt64(size).bigEndian) { bytes.append(contentsOf: $0) }
        for hash in hashes {
            hash.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// Reads what `bytes` wrote.
    public init(bytes: [UInt8]) throws(FrontierError) {
        guard bytes.count >= Self.sizeByteCount else {
            throw .wrongLength(expected: Self.sizeByteCount, found: bytes.count)
        }
        let encodedSize = bytes.prefix(Self.sizeByteCount).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let size = Int(exactly: encodedSize) else { throw .sizeTooLarge }
        let expected = Self.sizeByteCount + size.nonzeroBitCount * Hash.byteCount
        guard bytes.count == expected else { throw .wrongLength(expected: expected, found: bytes.count) }
        self.size = size
        hashes = bytes.withUnsafeBytes { buffer in
            stride(from: Self.sizeByteCount, to: buffer.count, by: Hash.byteCount).compactMap { start in
                Hash(UnsafeRawBufferPointer(rebasing: buffer[start..<(start + Hash.byteCount)]))
            }
        }
    }
}
