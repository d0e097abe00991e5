internal import Glibc

/// One arena per thread: a message is decoded, read and dropped without leaving its thread, so nothing is shared and
/// the memory is warm when the loop's next message comes.
enum ThreadArena {
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let code = pthread_key_create(&key) { data in
            guard let data else { return }
            free(data.assumingMemoryBound(to: Arena.self))
        }
        precondition(code == 0, "no thread-local key left")
        return key
    }()

    /// Runs `body` with an arena that is free for a message of up to `limit` bytes.
    static func withArena<Result>(
        limit: Int, _ body: (UnsafeMutablePointer<Arena>) throws -> Result
    ) rethrows -> Result {
        let own = current()
        // A message decoded while another is being read, on the same thread, needs memory of its own.
        let arena = own.pointee.isInUse ? make() : own
        arena.pointee.begin(limit: limit)
        defer {
            arena.pointee.end()
            if arena != own { free(arena) }
        }
        return try body(arena)
    }

    private static func current() -> UnsafeMutablePointer<Arena> {
        if let data = pthread_getspecific(key) { return data.assumingMemoryBound(to: Arena.self) }
        let arena = make()
        precondition(pthread_setspecific(key, arena) == 0, "no memory for thread-local data")
        return arena
    }

    private static func make() -> UnsafeMutablePointer<Arena> {
        let arena = UnsafeMutablePointer<Arena>.allocate(capacity: 1)
        arena.initialize(to: Arena())
        return arena
    }

    private static func free(_ arena: UnsafeMutablePointer<Arena>) {
        arena.deinitialize(count: 1)
        arena.deallocate()
    }
}
