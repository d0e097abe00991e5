import EventLoop
import Logging
import Postgres
import TestCertificates
import TestSupport
import Testing

/// How servers are found and proven: several hosts, TLS, poolers, and what a connection string may say.
@Suite(.timeLimit(.minutes(5)))
struct ConnectionTests {
    /// What a database says when it is started on a connection string.
    private func start(_ connection: String) async -> DatabaseError? {
        let group = EventLoopGroup(count: 1)
        let database = Database(
            configuration: DatabaseConfiguration(connection: connection), group: group,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let error = await databaseError {
            try await database.start()
            _ = try await database.query("SELECT 1")
        }
        await database.shutdown()
        await Task.detached { group.shutdown() }.value
        return error
    }

    private func with(
        _ connection: String, configure: (inout DatabaseConfiguration) -> Void = { _ in },
        _ body: @Sendable @escaping (Database) async throws -> Void
    ) async throws {
        let target = try TestCluster.shared.makeDatabase()
        try await withDatabase(
            connection: target,
            configure: {
                $0.connection = connection
                configure(&$0)
            }
        ) { database, _ in try await body(database) }
    }

    @Test func aPasswordInTheStringIsRefused() async throws {
        for text in ["host=/tmp password=secret", "postgresql://user:secret@localhost/x", "host=/tmp sslpassword=x"] {
            let error = await start(text)
            #expect(error?.kind == .misuse && error?.message.contains("PGPASSWORD") == true, "\(text)")
            #expect(error?.message.contains("secret") == false)
        }
        let unreadable = await start("host=/tmp no_such_word=1")
        #expect(unreadable?.kind == .misuse && unreadable?.message.contains("no_such_word") == true)
    }

    @Test func writesFindTheNewPrimary() async throws {
        let primary = try TestCluster(settings: ["synchronous_commit": "on"])
        let standby = try primary.makeStandby()
        let target = try primary.makeDatabase()
        try target.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        try target.execute("SELECT pg_reload_conf()")
        try target.execute("CREATE TABLE t (id int8)")
        let connection = """
            host=\(primary.directory),\(standby.directory) user=postgres dbname=\(target.name) \
            target_session_attrs=read-write
            """
        try await with(connection, configure: { $0.maximumRetryDelay = .milliseconds(100) }) { database in
            var (acknowledged, doubtful): (Set<Int>, Set<Int>) = ([], [])
            func write(_ numbers: Range<Int>) async throws {
                for number in numbers {
                    // Through a lane and through a lease in turn; a loop that refuses at once gets its turn by a yield.
                    await Task.yield()
                    let error = await databaseError {
                        if number.isMultiple(of: 2) {
                            try await database.query("INSERT INTO t VALUES (\(number))")
                        } else {
                            try await database.withTransaction {
                                _ = try await $0.query("INSERT INTO t VALUES (\(number))")
                            }
                        }
                    }
                    if error == nil { acknowledged.insert(number) }
                    if error?.isInDoubt == true { doubtful.insert(number) }
                }
            }
            try await write(0..<100)
            #expect(acknowledged.count == 100)
            try primary.stop()
            try await write(100..<110)
            try standby.promote()
            // The new primary waits for no standby of its own.
            try standby.execute("ALTER SYSTEM RESET synchronous_standby_names", in: target.name)
            try standby.execute("SELECT pg_reload_conf()", in: target.name)
            var number = 110
            while number < 112 || !acknowledged.contains(number - 1) || !acknowledged.contains(number - 2) {
                try await write(number..<number + 1)
                number += 1
            }
            let stored = try standby.execute("SELECT id FROM t ORDER BY id", in: target.name)
                .split(separator: "\n").compactMap { Int($0) }
            #expect(Set(stored).count == stored.count)
            #expect(acknowledged.subtracting(stored).isEmpty)
            #expect(Set(stored).subtracting(acknowledged).subtracting(doubtful).isEmpty)
        }
    }

    @Test func aConnectionWhoseServerBecameAStandbyIsGivenUp() async throws {
        try await withDatabase(configure: { $0.lanesPerLoop = 1 }) { database, target in
            func pid() async throws -> Int32 {
                try await database.query("SELECT pg_backend_pid()").decode(Int32.self, row: 0, column: 0)
            }
            try target.execute("CREATE TABLE t (id int8)")
            let before = try await pid()
            // What a server answers that has gone into recovery.
            _ = try await database.query("SELECT set_config('default_transaction_read_only', 'on', false)")
            let error = await databaseError { try await database.query("INSERT INTO t VALUES (\(1))") }
            #expect(error?.isReadOnlyServer == true)
            while true {
                await Task.yield()
                if let now = try? await pid(), now != before { break }
            }
            try await database.query("INSERT INTO t VALUES (\(1))")
        }
    }

    @Test func theServersCertificateIsVerifiedInFull() async throws {
        let certificates = TestCertificates.shared
        let cluster = try TestCluster()
        try cluster.stop()
        let port = try TestCluster.freePort()
        let certificate = try cluster.adopt(certificates.server.certificate, as: "server.crt")
        let key = try cluster.adopt(certificates.server.key, as: "server.key")
        try cluster.start([
            "listen_addresses": "127.0.0.1", "port": "\(port)", "ssl": "on", "ssl_cert_file": certificate,
            "ssl_key_file": key,
        ])
        func connection(host: String, authority: String) -> String {
            """
            host=\(host) hostaddr=127.0.0.1 port=\(port) user=postgres dbname=postgres sslmode=verify-full \
            sslrootcert=\(authority)
            """
        }
        try await with(connection(host: "localhost", authority: certificates.authority)) { database in
            let rows = try await database.query(
                "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            #expect(try rows.decode(Bool.self, row: 0, column: 0))
            #expect(try rows.decode(String.self, row: 0, column: 1) == "TLSv1.3")
            // Enough for records to be cut anywhere, and for data that waits inside the library.
            let copied = try await database.withTransaction { transaction in
                let copy = try await transaction.copyOut("COPY (SELECT generate_series(1, 200000)) TO STDOUT")
                var count = 0
                while try await copy.next({ $0.count }) != nil { count += 1 }
                return count
            }
            #expect(copied == 200_000)
        }
        let stranger = await start(connection(host: "localhost", authority: certificates.otherAuthority))
        #expect(stranger?.kind == .unavailable)
        let elsewhere = await start(connection(host: "database.example", authority: certificates.authority))
        #expect(elsewhere?.kind == .unavailable)
    }

    @Test func aPoolerInSessionModeWorks() async throws {
        guard TestPooler.isInstalled else { return print("skipped: no pgbouncer (deploy/dev/packages pooler)") }
        let target = try TestCluster.shared.makeDatabase()
        let pooler = try TestPooler(TestCluster.shared, mode: "session")
        try await with(
            try pooler.connection(to: target), configure: { $0.laneStatementTimeout = .seconds(600) }
        ) { database in
            try target.execute("CREATE TABLE t (id int8)")
            for number in 0..<50 { try await database.query("INSERT INTO t VALUES (\(number))") }
            let copied = try await database.withTransaction { transaction in
                try await transaction.copyIn("COPY t FROM STDIN (FORMAT binary)") { copy in
                    var rows = CopyRows()
                    rows.beginRow(columns: 1)
                    rows.append(Int64(50))
                    rows.end()
                    try await copy.write(rows.bytes)
                }
            }
            #expect(copied == 1)
            let gone = Task(executorPreference: EventLoop.current) {
                try await database.query("SELECT pg_sleep(\(3600)) AS pooled")
            }
            while try target.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%AS pooled' AND state = 'active'")
                != "1\n"
            { await Task.yield() }
            gone.cancel()
            _ = await gone.result
            let rows = try await database.query("SELECT count(*) FROM t")
            #expect(try rows.decode(Int.self, row: 0, column: 0) == 51)
            while await database.health().cancelled == 0 { await Task.yield() }
        }
    }

    @Test func aPoolerInTransactionModeIsRefusedWithTheReason() async throws {
        guard TestPooler.isInstalled else { return print("skipped: no pgbouncer (deploy/dev/packages pooler)") }
        let target = try TestCluster.shared.makeDatabase()
        let pooler = try TestPooler(TestCluster.shared, mode: "transaction")
        let error = await start(try pooler.connection(to: target))
        #expect(error?.kind == .misuse && error?.message.contains("pool_mode = session") == true)
    }
}
