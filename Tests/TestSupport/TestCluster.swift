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
    private let created = Mutex(0)

    /// Starts a cluster of one's own, for tests that stop the server.
    /// - Parameter settings: server settings beside those that make tests fast, such as `max_connections`.
    public init(settings: [String: String] = [:]) throws {
        var template = Array("/tmp/pgt-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Command.Failure(description: "mkdtemp: \(errno)") }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        watchdog = try Watchdog(
            Command.asServerUser([
                "sh", "-c", TestCluster.lastWill, "sh", directory, Command.path("pg_ctl"),
            ]))
        if Command.isRoot { try Command.run(["chown", "postgres", directory]) }
        try Command.run(
            Command.asServerUser([
                Command.path("initdb"), "--pgdata=\(directory)/data", "--username=postgres", "--auth=trust",
                "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
            ]))
        try start(settings: settings)
    }

    deinit { watchdog.release() }

    /// Runs as the server's user, who owns everything but the directory's own entry in `/tmp`.
    private static let lastWill = """
        cat >/dev/null
        "$2" stop --pgdata="$1/data" --mode=immediate >/dev/null 2>&1
        rm -rf "$1"
        """

    /// Starts the server.
    public func start(settings: [String: String] = [:]) throws {
        var options = [
            "listen_addresses": "", "unix_socket_directories": directory, "fsync": "off",
            "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "800",
            "shared_buffers": "64MB", "log_min_messages": "fatal", "timezone": "Europe/Berlin",
        ]
        options.merge(settings) { $1 }
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

    /// Runs SQL text through `psql` as the superuser and returns its unaligned output.
    @discardableResult
    public func execute(_ text: String, in database: String) throws -> String {
        try Command.run([
            Command.path("psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1",
            "--dbname=\(connection(to: database))", "--command=\(text)",
        ])
    }

    /// A connection string for the superuser.
    func connection(to database: String) -> String {
        "host=\(directory) user=postgres dbname=\(database)"
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
}
