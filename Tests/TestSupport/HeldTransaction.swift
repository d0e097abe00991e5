import Glibc
import Synchronization

/// A transaction of a `psql` of its own that stays open until it is released, or this process ends.
public final class HeldTransaction: Sendable {
    private let input: Int32
    private let child: pid_t
    private let isReleased = Mutex(false)

    init(_ statement: String, in database: TestDatabase) throws {
        let (input, output) = (try Pipe(), try Pipe())
        child = try Command.spawn(
            [
                // Its output comes line by line.
                "stdbuf", "-oL", Command.path("psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
                "--dbname=\(database.connection)",
            ],
            input: input.reading, output: output.writing)
        close(input.reading)
        close(output.writing)
        self.input = input.writing
        let text = "BEGIN;\n\(statement);\n\\echo held\n"
        _ = text.withCString { write(input.writing, $0, strlen($0)) }
        // The echo comes after the statement has its locks.
        var seen = ""
        var byte: UInt8 = 0
        while !seen.hasSuffix("held"), read(output.reading, &byte, 1) == 1 {
            seen.append(Character(UnicodeScalar(byte)))
        }
        close(output.reading)
        guard seen.hasSuffix("held") else { throw Command.Failure(description: "psql: \(seen)") }
    }

    /// Ends the transaction.
    public func release() {
        let isFirst = isReleased.withLock { isReleased in
            defer { isReleased = true }
            return !isReleased
        }
        guard isFirst else { return }
        close(input)
        while waitpid(child, nil, 0) < 0, errno == EINTR {}
    }

    deinit { release() }
}
