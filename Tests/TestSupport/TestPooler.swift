import Glibc

/// PgBouncer in front of a cluster, on a unix socket in a directory of its own.
public final class TestPooler: Sendable {
    /// Where Debian's package puts it.
    private static let program = "/usr/sbin/pgbouncer"

    /// Whether there is one on this machine.
    public static var isInstalled: Bool { access(program, X_OK) == 0 }

    private let directory: String
    private let watchdog: Watchdog

    /// - Parameter mode: `session` or `transaction`.
    public init(_ cluster: TestCluster, mode: String) throws {
        var template = Array("/tmp/pgb-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Command.Failure(description: "mkdtemp: \(errno)") }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let settings = """
            [databases]
            * = host=\(cluster.directory) port=\(cluster.port) user=postgres
            [pgbouncer]
            pool_mode = \(mode)
            listen_addr =
            unix_socket_dir = \(directory)
            auth_type = any
            auth_file = /dev/null
            logfile = \(directory)/log
            ignore_startup_parameters = extra_float_digits
            """
        guard let file = fopen("\(directory)/pgbouncer.ini", "w") else {
            throw Command.Failure(description: "pgbouncer.ini: \(errno)")
        }
        fputs(settings, file)
        fclose(file)
        if Command.isRoot { try Command.run(["chown", "-R", "postgres", directory]) }
        watchdog = try Watchdog(
            Command.asServerUser(["sh", "-c", TestPooler.life, "sh", TestPooler.program, directory]))
    }

    private static let life = """
        "$1" --quiet "$2/pgbouncer.ini" & child=$!
        cat >/dev/null
        kill $child; wait $child
        rm -rf "$2"
        """

    deinit { watchdog.release() }

    /// A connection string for the superuser, as of `database`; waits until the pooler answers.
    public func connection(to database: TestDatabase) throws -> String {
        let connection = "host=\(directory) port=6432 user=postgres dbname=\(database.name)"
        for _ in 0..<1000 {
            let answer = try? Command.run([
                Command.path("psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--dbname=\(connection)",
                "--command=SELECT 1",
            ])
            if answer != nil { return connection }
        }
        throw Command.Failure(description: "the pooler does not answer, see \(directory)/log")
    }
}
