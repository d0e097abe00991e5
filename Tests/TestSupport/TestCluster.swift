import Glibc
import Synchronization

/// A throw-away PostgreSQL server on a unix socket in a directory of its own, without TCP and without fsync.
///
///     let database = try TestCluster.shared.makeDatabase()
///     // database.connection is a libpq connection string
///
/// One server is shared by all tests of a process. A watchdog process holds the other end of a pipe; when the test
/// process ends, however it ends, the pipe closes and the watchdog stops the server and removes the directory.
public final class TestCluster: Sendable {
    /// The cluster of this process, started at first use.
    public static let shared: TestCluster = {
        do { return try TestCluster() } catch { fatalError("no PostgreSQL for the tests: \(error)") }
    }()

    /// Short, since the path of a unix socket is limited to about 100 bytes.
    public let directory: String
    private let watchdog: Watchdog
    private let settings: Mutex<[String: String]>
    private let created = Mutex(0)

    /// Starts a cluster of one's own, for tests that stop the server.
    /// - Parameter settings: server settings beside those that make tests fast, such as `max_connections`.
    public convenience init(settings: [String: String] = [:]) throws {
        try self.init(settings: settings) { data in
            [
                Command.path("initdb"), "--pgdata=\(data)", "--username=postgres", "--auth=trust", "--encoding=UTF8",
                "--locale=C.UTF-8", "--no-sync", "--no-instructions",
            ]
        }
    }

    /// - Parameter command: makes the directory with the data, as the server's user.
    private init(settings: [String: String], _ command: (_ data: String) -> [String]) throws {
        self.settings = Mutex(settings)
        var template = Array("/tmp/pgt-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Command.Failure(description: "mkdtemp: \(errno)") }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        watchdog = try Watchdog(
            Command.asServerUser([
                "sh", "-c", TestCluster.lastWill, "sh", directory, Command.path("pg_ctl"),
            ]))
        if Command.isRoot { try Command.run(["chown", "postgres", directory]) }
        try Command.run(Command.asServerUser(command("\(directory)/data")))
        try start()
    }

    /// A server of one's own that follows this one (streaming replication).
    public func makeStandby() throws -> TestCluster {
        try TestCluster(settings: settings.withLock { $0 }) { data in
            [
                Command.path("pg_basebackup"), "--pgdata=\(data)", "--host=\(directory)", "--port=\(port)",
                "--username=postgres", "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync",
            ]
        }
    }

    /// Makes a standby the primary, and waits until it is.
    public func promote() throws {
        try Command.run(
            Command.asServerUser([
                Command.path("pg_ctl"), "promote", "--wait", "--silent", "--pgdata=\(directory)/data",
            ]))
    }

    /// Port of the sockets.
    public var port: Int { settings.withLock { $0["port"] }.flatMap { Int($0) } ?? 5432 }

    /// Sends a signal to every process of the server.
    public func signal(_ number: Int32) throws {
        let postmaster = try postmaster()
        for process in [postmaster] + (try children(of: postmaster)) { Glibc.kill(process, number) }
    }

    /// Ends every process of the server as a power cut would.
    public func kill() throws {
        let postmaster = try postmaster()
        // Held, it can start no more of them.
        Glibc.kill(postmaster, SIGSTOP)
        let processes = try children(of: postmaster) + [postmaster]
        for process in processes { Glibc.kill(process, SIGKILL) }
        // Whoever inherits them may leave them unburied for long, and the next server would take this one for alive.
        while processes.contains(where: Command.isAlive) { sched_yield() }
        try Command.run(["rm", "\(directory)/data/postmaster.pid", "\(directory)/.s.PGSQL.\(port).lock"])
    }

    private func postmaster() throws -> pid_t {
        let line = try Command.run(["head", "-n", "1", "\(directory)/data/postmaster.pid"])
        guard let process = pid_t(line.prefix { $0.isNumber }) else { throw Command.Failure(description: line) }
        return process
    }

    private func children(of postmaster: pid_t) throws -> [pid_t] {
        try Command.run(["pgrep", "--parent", "\(postmaster)"]).split(separator: "\n").compactMap { pid_t($0) }
    }

    /// Copies a file to where the server's user alone may read it.
    /// - Returns: its path.
    public func adopt(_ file: String, as name: String) throws -> String {
        let copy = "\(directory)/\(name)"
        try Command.run(["cp", file, copy])
        if Command.isRoot { try Command.run(["chown", "postgres", copy]) }
        try Command.run(["chmod", "0600", copy])
        return copy
    }

    deinit { watchdog.release() }

    /// A small file system of its own for a tablespace, in memory; takes root's rights.
    /// - Returns: its folder.
    public func makeSmallDisk(megabytes: Int) throws -> String {
        let folder = "\(directory)/small"
        try Command.run(["mkdir", folder])
        do {
            try Command.run(["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder])
            try Command.run(["chown", "postgres", folder])
        } catch {
            try Command.run(["rmdir", folder])
            throw error
        }
        return folder
    }

    public func removeSmallDisk(_ folder: String) throws {
        try Command.run(["umount", folder])
        try Command.run(["rmdir", folder])
    }

    /// A port of this machine that is free at this moment.
    public static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
            }
        }
        guard result == 0 else { throw Command.Failure(description: "no free port: error \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Runs as the server's user, who owns everything but the directory's own entry in `/tmp`.
    private static let lastWill = """
        cat >/dev/null
        "$2" stop --pgdata="$1/data" --mode=immediate >/dev/null 2>&1
        rm -rf "$1"
        """

    /// Starts the server.
    /// - Parameter changes: server settings in place of those it was made with, from now on.
    public func start(_ changes: [String: String] = [:]) throws {
        settings.withLock { $0.merge(changes) { $1 } }
        var options = [
            "listen_addresses": "", "unix_socket_directories": directory, "fsync": "off",
            "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "800",
            "shared_buffers": "64MB", "log_min_messages": "fatal", "timezone": "Europe/Berlin",
        ]
        options.merge(settings.withLock { $0 }) { $1 }
        let arguments = options.map { "-c \($0.key)='\($0.value)'" }.sorted().joined(separator: " ")
        try Command.run(
            Command.asServerUser([
                Command.path("pg_ctl"), "start", "--wait", "--silent", "--pgdata=\(directory)/data",
                "--log=\(directory)/log", "--options=\(arguments)",
            ]))
    }

    /// Stops the server at once; every session is cut off.
    public func stop() throws {
        try Command.run(
            Command.asServerUser([
                Command.path("pg_ctl"), "stop", "--wait", "--silent", "--pgdata=\(directory)/data", "--mode=immediate",
            ]))
    }

    /// Creates a database with a name of its own.
    /// - Parameter template: a database of this cluster to copy; nobody may be connected to it.
    public func makeDatabase(template: String = "template1") throws -> TestDatabase {
        let number = created.withLock { created in
            created += 1
            return created
        }
        let name = "test\(number)"
        try execute("CREATE DATABASE \(name) TEMPLATE \(template)", in: "postgres")
        return TestDatabase(name: name, cluster: self)
    }

    /// Creates a database with what another one has, of whatever cluster.
    public func makeDatabase(copying source: TestDatabase) throws -> TestDatabase {
        let target = try makeDatabase()
        let dump = "\(directory)/\(target.name).sql"
        try Command.run([Command.path("pg_dumpall"), "--roles-only", "--dbname=\(source.connection)", "--file=\(dump)"])
        // The superuser is there already, which is the one error.
        _ = try? Command.run([Command.path("psql"), "--quiet", "--dbname=\(target.connection)", "--file=\(dump)"])
        try Command.run([Command.path("pg_dump"), "--dbname=\(source.connection)", "--file=\(dump)"])
        try Command.run([
            Command.path("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname=\(target.connection)",
            "--file=\(dump)",
        ])
        return target
    }

    /// Runs SQL text through `psql` as the superuser and returns its unaligned output.
    @discardableResult
    public func execute(_ text: String, in database: String) throws -> String {
        try Command.run([
            Command.path("psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1",
            "--dbname=\(connection(to: database))", "--command=\(text)",
        ])
    }

    /// A database that is there, such as one that came by replication.
    public func database(named name: String) -> TestDatabase { TestDatabase(name: name, cluster: self) }

    /// A connection string for the superuser.
    func connection(to database: String) -> String {
        "host=\(directory) port=\(port) user=postgres dbname=\(database)"
    }
}

/// A database of a test cluster.
public struct TestDatabase: Sendable {
    public let name: String
    public let cluster: TestCluster

    /// A libpq connection string for the superuser.
    public var connection: String { cluster.connection(to: name) }

    /// Runs SQL text through `psql` as the superuser and returns its unaligned output.
    @discardableResult
    public func execute(_ text: String) throws -> String {
        try cluster.execute(text, in: name)
    }

    /// Runs a statement in a transaction that stays open, with its locks, until it is released.
    public func hold(_ statement: String) throws -> HeldTransaction {
        try HeldTransaction(statement, in: self)
    }

    /// Dumps the database and restores the dump into a new one.
    public func restoredDump() throws -> TestDatabase {
        let file = "\(cluster.directory)/data/\(name).dump"
        let copy = try cluster.makeDatabase(template: "template0")
        try Command.run(
            Command.asServerUser([
                Command.path("pg_dump"), "--format=custom", "--file=\(file)", "--dbname=\(connection)",
            ]))
        try Command.run(
            Command.asServerUser([Command.path("pg_restore"), "--dbname=\(copy.connection)", "--exit-on-error", file]))
        return copy
    }
}
