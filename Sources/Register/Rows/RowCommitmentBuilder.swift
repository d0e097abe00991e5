/// Commits to the rows of one batch as they stream by, in constant memory: salt, leaf and tree for each line.
///
/// Not Sendable: it belongs to the thread or loop that reads the batch.
public final class RowCommitmentBuilder {
    /// Hashes for this and other uses on the same thread.
    public let hasher: TreeHasher
    /// The salt of the row that was appended last; zero before the first.
    public private(set) var salt = RowSalt(digest: .zero)
    private var frontier = Frontier()
    /// Secret ‖ position: the pre-image of a salt.
    private let saltPreimage: UnsafeMutableRawBufferPointer
    /// 0x00 ‖ salt ‖ line: the pre-image of a leaf, contiguous because each update of a digest costs by itself.
    private var leafPreimage: UnsafeMutableRawBufferPointer

    private static let lineOffset = 1 + RowSalt.byteCount
    private static let initialCapacity = 1024

    /// A commitment to no rows yet.
    public init(secret: BatchSecret, hasher: TreeHasher = TreeHasher()) {
        self.hasher = hasher
        saltPreimage = .allocate(byteCount: RowCommitment.saltPreimageBytes, alignment: 16)
        secret.copy(to: saltPreimage)
        leafPreimage = .allocate(byteCount: Self.initialCapacity, alignment: 16)
        leafPreimage[0] = TreeHasher.leafPrefix
    }

    deinit {
        // The secret should not lie about in freed memory.
        saltPreimage.initializeMemory(as: UInt8.self, repeating: 0)
        saltPreimage.deallocate()
        leafPreimage.deallocate()
    }

    /// Number of rows so far.
    public var count: Int { frontier.size }

    /// Appends the next row and returns its leaf; `salt` is its salt from then on.
    ///
    /// `line` holds the bytes of the exported CSV record without its line end.
    @discardableResult
    public func append(line: UnsafeRawBufferPointer) -> Hash {
        deriveSalt()
        reserve(Self.lineOffset + line.count)
        salt.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: leafPreimage[1...]).copyMemory(from: $0) }
        UnsafeMutableRawBufferPointer(rebasing: leafPreimage[Self.lineOffset...]).copyMemory(from: line)
        let leaf = hasher.hash(UnsafeRawBufferPointer(rebasing: leafPreimage[..<(Self.lineOffset + line.count)]))
        frontier.append(leaf, using: hasher)
        return leaf
    }

    /// As the other form, for a line in an array.
    @discardableResult
    public func append(line: [UInt8]) -> Hash {
        line.withUnsafeBytes { append(line: $0) }
    }

    /// The root over the rows so far; that of the empty tree before the first.
    public var root: Hash {
        frontier.root(using: hasher)
    }

    private func deriveSalt() {
        precondition(count < RowCommitment.maximumRows, "a batch has at most 2^32 rows")
        let position = UInt32(truncatingIfNeeded: count)
        saltPreimage.storeBytes(of: position.bigEndian, toByteOffset: BatchSecret.byteCount, as: UInt32.self)
        salt = RowSalt(digest: hasher.hash(UnsafeRawBufferPointer(saltPreimage)))
    }

    private func reserve(_ byteCount: Int) {
        guard byteCount > leafPreimage.count else { return }
        leafPreimage.deallocate()
        leafPreimage = .allocate(byteCount: max(byteCount, 2 * leafPreimage.count), alignment: 16)
        leafPreimage[0] = TreeHasher.leafPrefix
    }
}
