internal import CLibPQ
internal import Dispatch
internal import EventLoop
internal import Glibc
internal import Logging

/// A connection on its way from the thread that made it to the loop that will own it.
final class OpenedConnection: @unchecked Sendable {  // handed over whole, never shared
    private var handle: OpaquePointer?
    private let notices: NoticeSink

    init(_ handle: OpaquePointer, _ notices: NoticeSink) {
        self.handle = handle
        self.notices = notices
    }

    /// Gives the connection to its owner, once.
    func take() -> (OpaquePointer, NoticeSink) {
        guard let handle else { preconditionFailure("a connection is taken once") }
        self.handle = nil
        return (handle, notices)
    }

    deinit { PQfinish(handle) }
}

/// The right to cancel what runs on a connection.
final class OpenedCancellation: @unchecked Sendable {  // handed over whole, never shared
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    func send() {
        var message = [CChar](repeating: 0, count: 256)
        // Best effort: where it fails, the server finds out that the client is gone when it answers.
        _ = PQcancel(handle, &message, Int32(message.count))
    }

    deinit { PQfreeCancel(handle) }
}

/// Opens connections on threads of its own: resolving names and proving a password block.
struct Connector: Sendable {
    let configuration: DatabaseConfiguration
    let logger: Logger

    private static let queue = DispatchQueue(label: "postgres.connect", attributes: .concurrent)
    private static let cancelQueue = DispatchQueue(label: "postgres.cancel")

    /// OpenSSL has initialised itself, safely for threads, since 1.1; the library must not do it a second time.
    private static let prepareLibrary: Void = PQinitOpenSSL(0, 0)

    /// Opens a connection and calls `completion` on the loop; the call is dropped if the loop has stopped.
    /// - Parameter statementTimeout: for every statement of the session; zero for none.
    func open(
        on loop: EventLoop, statementTimeout: Duration,
        completion: @escaping @Sendable (Result<OpenedConnection, DatabaseError>) -> Void
    ) {
        _ = Connector.prepareLibrary
        Connector.queue.async {
            let result = Result { () throws(DatabaseError) in try connect(statementTimeout) }
            loop.execute { completion(result) }
        }
    }

    /// Cancels what runs on a connection, off the loop.
    static func cancel(_ cancellation: OpenedCancellation) {
        cancelQueue.async { cancellation.send() }
    }

    private func connect(_ statementTimeout: Duration) throws(DatabaseError) -> OpenedConnection {
        var keywords = ["fallback_application_name", "client_encoding"]
        var values = [configuration.applicationName, "UTF8"]
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
        let opened = OpenedConnection(handle, notices)
        try applySettings(handle, statementTimeout)
        return opened
    }

    private func applySettings(_ handle: OpaquePointer, _ statementTimeout: Duration) throws(DatabaseError) {
        let (seconds, attoseconds) = statementTimeout.components
        var settings = [
            ("TimeZone", "UTC"), ("DateStyle", "ISO"), ("standard_conforming_strings", "on"),
            ("client_encoding", "UTF8"),
            ("statement_timeout", "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)"),
        ]
        settings += configuration.settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        // Last, since the role may not be allowed to change the others.
        if let role = configuration.role { settings.append(("role", role)) }
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
