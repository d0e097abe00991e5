public import TLS

/// The two hash functions of the tree (RFC 6962, section 2.1): leaves and inner nodes are told apart by their first
/// byte, so that neither can pass for the other.
///
/// Not Sendable: each thread or loop has its own and re-uses it.
public final class TreeHasher {
    /// Before the entry of a leaf.
    public static let leafPrefix: UInt8 = 0x00
    /// Before the two hashes of a node.
    public static let nodePrefix: UInt8 = 0x01

    private static let nodeByteCount = 1 + 2 * Hash.byteCount
    // One update of a contiguous pre-image is cheaper than three small ones.
    private let node = UnsafeMutableRawBufferPointer.allocate(byteCount: TreeHasher.nodeByteCount, alignment: 16)
    private var scratch: [UInt8] = []
    /// The digest underneath, for other digests on the same thread.
    public let digest = SHA256Hasher()

    /// Creates a hasher.
    public init() {
        node[0] = Self.nodePrefix
    }

    deinit {
        node.deallocate()
    }

    /// The root of the tree without leaves: the digest of nothing.
    public func emptyRoot() -> Hash {
        hash(UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// SHA-256(0x00 ‖ entry).
    public func leaf(_ entry: UnsafeRawBufferPointer) -> Hash {
        leaf(entry, UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// SHA-256(0x00 ‖ entry), the entry coming in two pieces.
    func leaf(_ head: UnsafeRawBufferPointer, _ tail: UnsafeRawBufferPointer) -> Hash {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(Self.leafPrefix)
        scratch.append(contentsOf: head)
        scratch.append(contentsOf: tail)
        return scratch.withUnsafeBytes { hash($0) }
    }

    /// SHA-256(0x00 ‖ entry).
    public func leaf(_ entry: [UInt8]) -> Hash {
        entry.withUnsafeBytes { leaf($0) }
    }

    /// SHA-256(0x01 ‖ left ‖ right).
    public func node(_ left: Hash, _ right: Hash) -> Hash {
        node.storeBytes(of: left, toByteOffset: 1, as: Hash.self)
        node.storeBytes(of: right, toByteOffset: 1 + Hash.byteCount, as: Hash.self)
        return hash(UnsafeRawBufferPointer(node))
    }

    /// SHA-256 of the bytes as they are, without a prefix.
    public func hash(_ bytes: UnsafeRawBufferPointer) -> Hash {
        var result = Hash.zero
        result.withUnsafeMutableBytes { output in
            guard let start = output.baseAddress else { return }
            digest.hash(bytes, into: start)
        }
        return result
    }
}
