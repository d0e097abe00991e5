import Foundation
import Glibc
import Synchronization

/// One of our programs, running until it ends or is killed.
final class ChildProcess: Sendable {
    private let output: ServerOutput

    /// - Parameter command: the program, by its path or by its name if it is one of ours, and its arguments.
    init(_ command: [String]) throws {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw ServerProcess.Failure(description: "socketpair: \(errno)")
        }
        let program = command[0].contains("/") ? command[0] : ServerProcess.path(of: command[0])
        let arguments = [program] + command.dropFirst()
        let process = try ServerProcess.spawn(arguments, input: nil, output: ends[1])
        close(ends[1])
        output = try ServerOutput(process: process, descriptor: ends[0]) { _ in
        } end: {
        }
    }

    /// Ends it as a power cut would.
    func kill() { output.signal(SIGKILL) }

    /// The status of `waitpid`, once it has ended: 0 after success.
    var status: Int32 {
        get async { await output.exit.value }
    }

    /// Everything it has written.
    var text: String { output.text }
}
