import Glibc

/// A child process that acts when its standard input ends: when it is released, or when this process dies.
final class Watchdog: Sendable {
    private let child: pid_t
    private let descriptor: Int32

    init(_ command: [String]) throws {
        let pipe = try Pipe()
        child = try Command.spawn(command, input: pipe.reading)
        close(pipe.reading)
        descriptor = pipe.writing
    }

    /// Has the child act, and waits for its end.
    func release() {
        close(descriptor)
        while waitpid(child, nil, 0) < 0, errno == EINTR {}
    }
}
