import Foundation
import Glibc
import Synchronization

/// The real server in a process of its own. Whatever becomes of the test process, the server ends with it.
final class ServerProcess: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let port: Int
    private let output: ServerOutput

    private init(port: Int, output: ServerOutput) {
        self.port = port
        self.output = output
    }

    /// Starts the server and waits for it to say that it is ready.
    /// - Parameters:
    ///   - descriptors: how many files it may have open; as many as this process without it.
    ///   - environment: variables beside those of this process, `NAME=value`.
    /// - Throws: `Failure` with what it wrote when it ends before that.
    static func start(
        _ arguments: [String], descriptors: Int? = nil, environment: [String] = []
    ) async throws -> ServerProcess {
        let (readings, ready) = AsyncStream.makeStream(of: Int.self)
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Failure(description: "socketpair: \(errno)") }
        let limited = descriptors.map { ["/bin/sh", "-c", "ulimit -n \($0); exec \"$0\" \"$@\""] } ?? []
        let within = environment.isEmpty ? [] : ["/usr/bin/env"] + environment
        let process = try spawn(limited + within + [program] + arguments, input: nil, output: ends[1])
        close(ends[1])
        let output = try ServerOutput(process: process, descriptor: ends[0]) {
            ready.yield($0)
        } end: {
            ready.finish()
        }
        for await port in readings { return ServerProcess(port: port, output: output) }
        output.signal(SIGKILL)
        _ = await output.exit.value
        throw Failure(description: "the server did not become ready: \(output.text)")
    }

    private static let program = path(of: "allmended")

    /// A program beside the test program in the directory of the build.
    static func path(of program: String) -> String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        let tests = String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return URL(filePath: tests).deletingLastPathComponent().appending(path: program).path
    }

    /// Ends the process as a power cut would.
    func kill() async {
        output.signal(SIGKILL)
        _ = await output.exit.value
    }

    /// Kills at once, without waiting: for use in the middle of a call.
    func killNow() { output.signal(SIGKILL) }

    /// Asks the process to end. Its end is in `exitStatus`.
    func terminate() { output.signal(SIGTERM) }

    /// Asks the process to read its certificate files again.
    func hangUp() { output.signal(SIGHUP) }

    /// A figure of proc(5) on its memory, such as VmHWM, in bytes.
    func memory(_ name: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(output.process)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        guard let kibibytes = line?.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) }) else {
            throw Failure(description: "no \(name) of process \(output.process)")
        }
        return kibibytes << 10
    }

    /// The status of `waitpid`, once the process has ended: 0 after an orderly end.
    var exitStatus: Int32 {
        get async { await output.exit.value }
    }

    /// Everything the server has written.
    var log: String { output.text }

    /// Whether the server writes this: what it says about a call may be read only after the call was answered.
    func logs(_ text: String) async -> Bool {
        while !log.contains(text) {
            if output.isAtEnd { return log.contains(text) }
            await Task.yield()
        }
        return true
    }

    /// - Parameters: the child's standard input, or nil for none; its standard output and error, or nil for nowhere.
    static func spawn(_ command: [String], input: Int32?, output: Int32?) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nowhere) }
        posix_spawn_file_actions_adddup2(&actions, input ?? nowhere, 0)
        posix_spawn_file_actions_adddup2(&actions, output ?? nowhere, 1)
        posix_spawn_file_actions_adddup2(&actions, output ?? nowhere, 2)
        let arguments = command.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, command[0], &actions, nil, arguments + [nil], environ)
        guard code == 0 else { throw Failure(description: "\(command[0]): error \(code)") }
        return child
    }
}

/// Reads what the server writes on a thread of its own and reaps the process at the end.
final class ServerOutput: Sendable {
    let exit: Task<Int32, Never>
    fileprivate let process: pid_t
    private let lines = Mutex("")
    private let isReaped = Mutex(false)
    private let hasEnded = Mutex(false)

    var text: String { lines.withLock { $0 } }
    /// Whether nothing will be added to the text.
    var isAtEnd: Bool { hasEnded.withLock { $0 } }

    init(
        process: pid_t, descriptor: Int32, ready: @escaping @Sendable (Int) -> Void,
        end: @escaping @Sendable () -> Void
    ) throws {
        self.process = process
        let (exits, exited) = AsyncStream.makeStream(of: Int32.self)
        exit = Task.detached {
            for await status in exits { return status }
            return -1
        }
        let watchdog = try Watchdog(process)
        Thread.detachNewThread { [self] in
            read(descriptor, ready)
            hasEnded.withLock { $0 = true }
            end()
            Self.waitForEnd(of: process)
            // The number of the process is its own until it is reaped, so the watchdog goes first.
            watchdog.release()
            exited.yield(
                isReaped.withLock { isReaped in
                    isReaped = true
                    return Self.reap(process)
                })
            exited.finish()
        }
    }

    private func read(_ descriptor: Int32, _ ready: (Int) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var isReady = false
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            let text = lines.withLock { lines in
                lines += String(decoding: buffer[..<count], as: UTF8.self)
                return lines
            }
            guard !isReady, let line = text.split(separator: "\n").first(where: { $0.hasSuffix(" ready") }),
                let port = line.firstMatch(of: /port=(\d+)/).flatMap({ Int($0.1) })
            else { continue }
            isReady = true
            ready(port)
        }
        close(descriptor)
    }

    /// Sends a signal, unless the number of the process may be somebody else's by now.
    func signal(_ number: Int32) {
        isReaped.withLock { if !$0 { _ = kill(process, number) } }
    }

    /// Waits without reaping.
    private static func waitForEnd(of process: pid_t) {
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    }

    fileprivate static func reap(_ process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }
}

/// A shell that kills a process when this one dies: the pipe to it ends then.
private struct Watchdog {
    private let shell: pid_t
    private let descriptor: Int32

    init(_ process: pid_t) throws {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw ServerProcess.Failure(description: "socketpair: \(errno)")
        }
        shell = try ServerProcess.spawn(
            ["/bin/sh", "-c", "read line; kill -9 \(process)"], input: ends[0], output: nil)
        close(ends[0])
        descriptor = ends[1]
    }

    func release() {
        kill(shell, SIGKILL)
        close(descriptor)
        _ = ServerOutput.reap(shell)
    }
}
