import Testing

@testable import UsageWire

@Suite(.timeLimit(.minutes(5)))
struct ArenaTests {
    @Test("pieces are aligned, apart from each other and know their sizes")
    func pieces() throws {
        try withArena(limit: 1 << 20) { arena in
            let sizes = [1, 0, 7, 8, 9, 300_000, 5]
            let pieces = try sizes.map { try #require(allocate($0, arena)) }
            for (piece, size) in zip(pieces, sizes) {
                #expect(Int(bitPattern: piece) % 8 == 0)
                let isInside = arena.pointee.contains(piece)
                #expect(isInside)
                piece.initializeMemory(as: UInt8.self, repeating: 0xAA, count: size)
            }
            #expect(pieces.map { Arena.size(of: $0) } == sizes, "writing into one piece left the others alone")
            #expect(!isExhausted(arena))
        }
    }

    @Test("the limit is reached exactly and not passed", arguments: [8, 1000, 300 << 10])
    func limit(payload: Int) {
        withArena(limit: payload + 8) { arena in
            #expect(allocate(payload, arena) != nil)
            #expect(!isExhausted(arena))
            #expect(allocate(0, arena) == nil)
            #expect(isExhausted(arena))
        }
    }

    @Test("a size that would overflow is refused", arguments: [Int.max, Int.max - 8])
    func overflow(size: Int) {
        withArena(limit: 1 << 20) { arena in
            #expect(allocate(size, arena) == nil)
            #expect(isExhausted(arena))
        }
    }

    @Test("after the end the memory is there again, under the next message's own limit")
    func reuse() {
        withArena(limit: 0) { arena in
            for limit in [8 << 20, 64, 1 << 20] {
                arena.pointee.end()
                arena.pointee.begin(limit: limit)
                #expect(!isExhausted(arena))
                var given = 0
                while arena.pointee.allocate(24) != nil { given += 1 }
                #expect(given == limit / 32)
            }
        }
    }

    private func withArena(limit: Int, _ body: (UnsafeMutablePointer<Arena>) throws -> Void) rethrows {
        let arena = UnsafeMutablePointer<Arena>.allocate(capacity: 1)
        arena.initialize(to: Arena())
        defer {
            arena.deinitialize(count: 1)
            arena.deallocate()
        }
        arena.pointee.begin(limit: limit)
        try body(arena)
    }

    /// The macros of Testing cannot look into a value that is not copyable.
    private func isExhausted(_ arena: UnsafeMutablePointer<Arena>) -> Bool { arena.pointee.isExhausted }

    private func allocate(_ size: Int, _ arena: UnsafeMutablePointer<Arena>) -> UnsafeMutableRawPointer? {
        arena.pointee.allocate(size)
    }
}
