internal import CLibPQ
internal import Dispatch
internal import EventLoop
internal import Glibc
internal import Logging
internal import Synchronization

/// A connection on its way from the thread that made it to the loop that will own it.
final class OpenedConnection: @unchecked Sendable {  // handed over whole, never shared
    private var handle: OpaquePointer?
    private let notices: NoticeSink
    /// The process that serves it.
    let process: ServerProcess

    init(_ handle: OpaquePointer, _ notices: NoticeSink, _ process: ServerProcess) {
        self.handle = handle
        self.notices = notices
        self.process = process
    }

    /// Gives the connection to its owner, once.
    func take() -> (OpaquePointer, NoticeSink) {
        guard let handle else { preconditionFailure("a connection is taken once") }
        self.handle = nil
        return (handle, notices)
    }

    /// Lends the connection before it is taken.
    func withHandle<Result, Failure>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let handle else { preconditionFailure("a connection is lent before it is taken") }
        return try body(handle)
    }

    deinit { PQfinish(handle) }
}

/// The process of the server behind a connection, asked of the server itself: what the protocol says of it is made up
/// where a pooler stands in between.
struct ServerProcess: Sendable, Equatable {
    let pid: Int32
    /// When the server was started, as it writes it: another server, or the same one after a restart, has another.
    let serverStart: String
}

/// Opens connections on threads of its own: resolving names and proving a password block.
struct Connector: Sendable {
    let configuration: DatabaseConfiguration
    let logger: Logger
    /// Whether a pooler stands between us and the server: another process answers than the protocol says.
    let findings = Findings()

    final class Findings: Sendable {
        let isPooled = Atomic<Bool>(false)
    }

    private static let queue = DispatchQueue(label: "postgres.connect", attributes: .concurrent)

    /// OpenSSL has initialised itself, safely for threads, since 1.1; the library must not do it a second time.
    private static let prepareLibrary: Void = PQinitOpenSSL(0, 0)

    /// Opens a connection and calls `completion` on the loop; the call is dropped if the loop has stopped.
    /// - Parameters:
    ///   - statementTimeout: for every statement of the session; zero for none.
    ///   - isPrivileged: keeps the rights of the login, for what is not done in anybody's name.
    func open(
        on loop: EventLoop, statementTimeout: Duration, isPrivileged: Bool = false,
        completion: @escaping @Sendable (Result<OpenedConnection, DatabaseError>) -> Void
    ) {
        _ = Connector.prepareLibrary
        Connector.queue.async {
            let role = isPrivileged ? nil : configuration.role
            let result = Result { () throws(DatabaseError) in try connect(statementTimeout, role: role) }
            loop.execute { completion(result) }
        }
    }

    func connect(_ statementTimeout: Duration, role: String?) throws(DatabaseError) -> OpenedConnection {
        try ConnectionString.check(configuration.connection)
        // A server that is gone without a word is noticed in a minute, not in hours.
        var keywords = [
            "fallback_application_name", "client_encoding", "keepalives_idle", "keepalives_interval",
            "keepalives_count",
            "tcp_user_timeout",
        ]
        var values = [configuration.applicationName, "UTF8", "30", "10", "3", "60000"]
        if getenv("PGCONNECT_TIMEOUT") == nil {
            keywords.append("connect_timeout")
            values.append("\(max(2, configuration.connectTimeout.components.seconds))")
        }
        // The connection string comes last and is expanded, so that it wins over the defaults above.
        keywords.append("dbname")
        values.append(configuration.connection)
        let handle = withCStrings(keywords) { keywords in
            withCStrings(values) { values in PQconnectdbParams(keywords, values, 1) }
        }
        guard let handle else { throw DatabaseError(.unavailable, "out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            defer { PQfinish(handle) }
            throw DatabaseError(.unavailable, connection: handle)
        }
        let notices = NoticeSink(logger)
        notices.install(on: handle)
        do {
            try applySettings(handle, statementTimeout, role)
            let process = try Connector.serverProcess(handle)
            if process.pid != PQbackendPID(handle) { findings.isPooled.store(true, ordering: .relaxed) }
            return OpenedConnection(handle, notices, process)
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    static func serverProcess(_ handle: OpaquePointer) throws(DatabaseError) -> ServerProcess {
        let result = PQexec(handle, "SELECT pg_backend_pid(), pg_postmaster_start_time()")
        defer { PQclear(result) }
        guard let result, PQresultStatus(result) == PGRES_TUPLES_OK, PQntuples(result) == 1,
            let pid = PQgetvalue(result, 0, 0), let start = PQgetvalue(result, 0, 1),
            let number = Int32(String(cString: pid))
        else { throw DatabaseError(.unavailable, connection: handle) }
        return ServerProcess(pid: number, serverStart: String(cString: start))
    }

    private func applySettings(
        _ handle: OpaquePointer, _ statementTimeout: Duration, _ role: String?
    ) throws(DatabaseError) {
        var settings = [
            ("TimeZone", "UTC"), ("DateStyle", "ISO"), ("standard_conforming_strings", "on"),
            ("client_encoding", "UTF8"),
            // Compiling a statement, or starting helpers for it, takes longer than most of ours run, and it is done
            // anew at each execution; and many callers keep all processors busy by themselves.
            ("jit", "off"), ("max_parallel_workers_per_gather", "0"),
            ("statement_timeout", "\(statementTimeout.wholeMilliseconds)"),
        ]
        settings += configuration.settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        // Last, since the role may not be allowed to change the others.
        if let role { settings.append(("role", role)) }
        for (name, value) in settings {
            let result = withCStrings([name, value]) {
                PQexecParams(handle, "SELECT set_config($1, $2, false)", 2, nil, $0, nil, nil, 1)
            }
            defer { PQclear(result) }
            guard let result, PQresultStatus(result) == PGRES_TUPLES_OK else {
                throw DatabaseError(.unavailable, connection: handle)
            }
        }
    }
}

/// Lends C strings for the duration of a call, ended by NULL.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return (copies.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { list in
        guard let base = list.baseAddress else { preconditionFailure("the list has at least its end") }
        return body(base)
    }
}

extension Duration {
    /// As the server's settings count.
    var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
