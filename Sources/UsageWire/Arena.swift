internal import CProtobufC

/// Memory that is given out piece by piece and taken back all at once: how protobuf-c decodes a message of ten thousand
/// records with a handful of calls to malloc.
///
/// Every piece has its size in front of it, which tells the true length of a text: protobuf-c itself keeps only a C
/// string, so that a NUL inside would silently cut it.
struct Arena: ~Copyable {
    /// Bytes the arena keeps from one message to the next at most.
    static let retainedBytes = 4 << 20
    private static let firstChunkBytes = 256 << 10
    private static let alignment = 8
    private static let headerBytes = 8

    private var chunks: [UnsafeMutableRawBufferPointer] = []
    /// Where the next piece goes in the last chunk.
    private var offset = 0
    /// Bytes of all chunks.
    private var reserved = 0
    /// Bytes the message has taken and may take.
    private var used = 0
    private var limit = 0
    /// Whether a piece was refused since the last `begin`.
    private(set) var isExhausted = false
    /// Whether a message lives here.
    private(set) var isInUse = false

    deinit {
        for chunk in chunks { chunk.deallocate() }
    }

    /// Starts a message that may take `limit` bytes.
    mutating func begin(limit: Int) {
        assert(!isInUse, "one message at a time")
        self.limit = limit
        used = 0
        isExhausted = false
        isInUse = true
    }

    /// Takes everything back. Several chunks become one, so that the next message of this size fits into it.
    mutating func end() {
        isInUse = false
        offset = 0
        guard chunks.count > 1 || reserved > Arena.retainedBytes else { return }
        let wanted = min(reserved, Arena.retainedBytes)
        for chunk in chunks { chunk.deallocate() }
        chunks.removeAll(keepingCapacity: true)
        reserved = 0
        addChunk(wanted)
    }

    /// Zero or more bytes, or nil when the message would take more than its limit.
    mutating func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        let left = limit - used
        guard size <= left, Arena.paddedSize(size) <= left else {
            isExhausted = true
            return nil
        }
        let need = Arena.paddedSize(size)
        if chunks.isEmpty || offset + need > chunks[chunks.count - 1].count {
            addChunk(max(need, min(left, max(reserved, Arena.firstChunkBytes))))
        }
        // The last chunk has room for `need` bytes now, and was allocated by this arena: it has a base address.
        let piece = chunks[chunks.count - 1].baseAddress.unsafelyUnwrapped + offset
        offset += need
        used += need
        piece.storeBytes(of: size, as: Int.self)
        return piece + Arena.headerBytes
    }

    private static func paddedSize(_ size: Int) -> Int {
        headerBytes + (size + alignment - 1) & ~(alignment - 1)
    }

    /// Bytes that were asked for when this piece was given out.
    static func size(of piece: UnsafeRawPointer) -> Int {
        (piece - headerBytes).load(as: Int.self)
    }

    /// Whether a pointer leads into the arena.
    func contains(_ pointer: UnsafeRawPointer) -> Bool {
        chunks.contains { chunk in
            guard let base = chunk.baseAddress else { return false }
            return pointer >= UnsafeRawPointer(base) && pointer < UnsafeRawPointer(base + chunk.count)
        }
    }

    private mutating func addChunk(_ size: Int) {
        chunks.append(.allocate(byteCount: size, alignment: Arena.alignment))
        reserved += size
        offset = 0
    }
}

extension UnsafeMutablePointer<Arena> {
    /// The arena as protobuf-c wants it. Pieces are not freed by themselves.
    var allocator: ProtobufCAllocator {
        ProtobufCAllocator(
            alloc: { arena, size in arena?.assumingMemoryBound(to: Arena.self).pointee.allocate(size) },
            free: { _, _ in },
            allocator_data: self)
    }
}
