import Glibc

/// Programs that tests run. Foundation's `Process` waits for the grandchildren as well, and a server that has been
/// started is one; and it ends the tests where more than 1,024 descriptors are open. So this spawns by itself.
public enum Command {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Where Debian keeps the newest server's programs; nil: they are on the search path.
    static let binaryDirectory: String? = {
        let root = "/usr/lib/postgresql"
        guard let directory = opendir(root) else { return nil }
        defer { closedir(directory) }
        var newest = 0
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            newest = max(newest, Int(name) ?? 0)
        }
        return newest > 0 ? "\(root)/\(newest)/bin" : nil
    }()

    static func path(_ program: String) -> String {
        binaryDirectory.map { "\($0)/\(program)" } ?? program
    }

    /// Whether a process runs or could: neither gone nor waiting for its parent to take note of its end.
    static func isAlive(_ process: pid_t) -> Bool {
        let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &buffer, buffer.count)
        let text = buffer.prefix(max(0, count))
        // The state follows the name, which stands in brackets and may hold any character.
        guard let bracket = text.lastIndex(of: UInt8(ascii: ")")) else { return false }
        return !text[bracket...].dropFirst(2).starts(with: "Z".utf8)
    }

    static var isRoot: Bool { geteuid() == 0 }

    /// The server refuses to run as root; root becomes `postgres` for it.
    static func asServerUser(_ command: [String]) -> [String] {
        isRoot ? ["runuser", "-u", "postgres", "--"] + command : command
    }

    /// Starts a program, in the root directory.
    /// - Parameters: the child's standard input, or nil for none; its standard output and error, or nil for nowhere.
    static func spawn(_ command: [String], input: Int32? = nil, output: Int32? = nil) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nowhere) }
        posix_spawn_file_actions_adddup2(&actions, input ?? nowhere, 0)
        posix_spawn_file_actions_adddup2(&actions, output ?? nowhere, 1)
        posix_spawn_file_actions_adddup2(&actions, output ?? nowhere, 2)
        // Threads of a pool block signals, and children would inherit that: nobody could end them.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var child: pid_t = 0
        let arguments = (["env", "--chdir=/"] + command).map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        let code = posix_spawnp(&child, "env", &actions, &attributes, arguments + [nil], environ)
        guard code == 0 else { throw Failure(description: "\(command[0]): error \(code)") }
        return child
    }

    /// Runs a program and returns what it wrote.
    /// - Throws: `Failure` with its output if it does not exit with 0.
    @discardableResult
    public static func run(_ command: [String]) throws -> String {
        let (status, text) = try start(command).finish()
        guard status == 0 else { throw Failure(description: "\(command.joined(separator: " ")): \(text)") }
        return text
    }

    /// Starts a program without input.
    public static func start(_ command: [String]) throws -> Running {
        let pipe = try Pipe()
        defer { close(pipe.writing) }
        return Running(child: try spawn(command, output: pipe.writing), output: pipe)
    }

    /// A program that runs.
    public struct Running {
        let child: pid_t
        let output: Pipe

        /// Waits for its end.
        /// - Returns: its exit status, or 128 and more when a signal ended it, and all that it wrote.
        public func finish() -> (status: Int32, output: String) {
            let text = output.readToEnd()
            close(output.reading)
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            return (status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f, text)
        }
    }
}

/// Two descriptors that no child inherits unless it is told to.
struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        // A pair of sockets, since they are born with the flag; a pipe could be inherited before it gets it.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Command.Failure(description: "error \(errno)") }
        (reading, writing) = (ends[0], ends[1])
    }

    func readToEnd() -> String {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(reading, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return String(decoding: all, as: UTF8.self) }
            all += buffer[..<count]
        }
    }
}
