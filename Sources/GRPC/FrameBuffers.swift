internal import CNGHTTP2
internal import Glibc
internal import Synchronization

/// Memory for the one large block that nghttp2 keeps for each connection: room to put together the longest frame, of
/// which hardly any connection ever uses more than the first page.
///
/// From the heap, that block would be made of memory that handshakes before it have used and that counts as resident
/// from its first to its last byte: a third of what an idle connection costs. Here each block has pages of its own,
/// which cost nothing until they are written to. Everything else comes from the heap.
enum FrameBuffers {
    /// The longest frame of the default SETTINGS_MAX_FRAME_SIZE, its header, and what nghttp2 adds, in whole pages.
    private static let slotSize = 20 << 10
    /// Smaller blocks come from the heap.
    private static let threshold = 16 << 10
    /// More connections than that get theirs from the heap too.
    private static let slots = 16 << 10

    /// Slots that are free: those that have been used before, then all from `next` on.
    private struct Free {
        var used: [Int] = []
        var next = 0
    }
    private static let free = Mutex(Free())

    /// Address space, not memory; nil where the system gives none.
    private static let region: UInt? = {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        let made = mmap(nil, slotSize * slots, PROT_READ | PROT_WRITE, flags, -1, 0)
        return made == MAP_FAILED ? nil : made.map { UInt(bitPattern: $0) }
    }()

    /// How nghttp2 gets its memory.
    static func withAllocator<Result>(_ body: (UnsafeMutablePointer<nghttp2_mem>) -> Result) -> Result {
        var allocator = nghttp2_mem(
            mem_user_data: nil,
            malloc: { size, _ in FrameBuffers.allocate(size) },
            free: { block, _ in FrameBuffers.release(block) },
            calloc: { count, size, _ in Glibc.calloc(count, size) },
            realloc: { block, size, _ in FrameBuffers.resize(block, size) })
        return body(&allocator)
    }

    static func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        guard size > threshold, size <= slotSize, let region else { return Glibc.malloc(size) }
        let slot = free.withLock { free -> Int? in
            if let used = free.used.popLast() { return used }
            guard free.next < slots else { return nil }
            defer { free.next += 1 }
            return free.next
        }
        guard let slot else { return Glibc.malloc(size) }
        return UnsafeMutableRawPointer(bitPattern: region + UInt(slot * slotSize))
    }

    /// The slot that a block lies in; nil for blocks of the heap.
    static func slot(of block: UnsafeMutableRawPointer?) -> Int? {
        guard let region, let block else { return nil }
        let offset = UInt(bitPattern: block) &- region
        return offset < UInt(slotSize * slots) ? Int(offset) / slotSize : nil
    }

    static func release(_ block: UnsafeMutableRawPointer?) {
        guard let slot = slot(of: block) else { return Glibc.free(block) }
        free.withLock { $0.used.append(slot) }
    }

    static func resize(_ block: UnsafeMutableRawPointer?, _ size: Int) -> UnsafeMutableRawPointer? {
        // How nghttp2 asks for the block in the first place.
        guard let block else { return allocate(size) }
        guard slot(of: block) != nil else { return Glibc.realloc(block, size) }
        guard size > slotSize else { return block }
        guard let larger = Glibc.malloc(size) else { return nil }
        larger.copyMemory(from: block, byteCount: slotSize)
        release(block)
        return larger
    }
}
