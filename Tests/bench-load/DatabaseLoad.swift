import ArgumentParser
import EventLoop
import Foundation
import Logging
import Postgres

/// A database as the server uses it, without the server.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "Connection string; empty takes libpq's environment.")
    var database = ""
    @Option(help: "Role that is taken on after logging in; empty keeps the login's.")
    var role = ""

    /// Runs `body` on as many loops as the machine has cores, if not told otherwise.
    func withDatabase<T: Sendable>(
        loops: Int = EventLoopGroup.coreCount, _ body: (Database, EventLoopGroup) async throws -> T
    ) async throws -> T {
        let group = EventLoopGroup(count: loops)
        let database = Database(
            configuration: DatabaseConfiguration(connection: database, role: role.isEmpty ? nil : role), group: group,
            logger: Logger(label: "bench-load") { StreamLogHandler.standardError(label: $0) })
        do {
            try await database.start()
            let result = try await body(database, group)
            await database.shutdown()
            return result
        } catch {
            await database.shutdown()
            throw error
        }
    }
}

/// One-statement units through the lanes: what the module reaches by itself.
struct UnitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "units",
        abstract: "Runs the statement of GetAgreementRevision on the lanes, each unit with its scope before it.")

    @OptionGroup var options: DatabaseOptions
    @Option(help: "Surrogate of the party that reads.")
    var party = 1
    @Option(help: "Surrogate of the consortium.")
    var consortium: Int
    @Option(help: "Agreement that is read.")
    var agreement = "operation"
    @Option(help: "Tasks that each wait for one unit at a time.")
    var clients = 8
    @Option(help: "Seconds that are measured.")
    var seconds = 5.0
    @Option(help: "Units per second in all, timed from when they are due; without it, as many as there can be.")
    var rate: Double?
    @Flag(help: "Each unit is a transaction of its own, instead of one with those of the same turn of a loop.")
    var isolated = false
    @Flag(help: "Runs a long report on a leased connection meanwhile.")
    var report = false
    @Option(help: "How to print: table or json.")
    var output = OutputFormat.table

    func run() async throws {
        let figures = try await options.withDatabase { database, group in
            let reporting = report ? Task { try await LongReport.run(database) } : nil
            let before = ProcessorTime.now
            let began = EventLoop.now
            let load = UnitLoad(
                database: database, party: party, consortium: consortium, agreement: agreement, clients: clients,
                rate: rate, isolated: isolated, end: began + UInt64(seconds * 1e9))
            let recorder = try await load.run(on: group)
            let taken = Double(EventLoop.now - began) / 1e9
            let figures = UnitFigures(recorder, seconds: taken, processor: Double(ProcessorTime.now - before) / 1e9)
            reporting?.cancel()
            _ = await reporting?.result
            return figures
        }
        try output.print(figures)
    }
}

/// The tasks of a run of units.
private struct UnitLoad: Sendable {
    let database: Database
    let party: Int
    let consortium: Int
    let agreement: String
    let clients: Int
    let rate: Double?
    let isolated: Bool
    /// On the clock of `EventLoop.now`.
    let end: UInt64

    func run(on group: EventLoopGroup) async throws -> LatencyRecorder {
        try await withThrowingTaskGroup(of: LatencyRecorder.self) { tasks in
            for client in 0..<clients {
                let loop = group.loops[client % group.loops.count]
                tasks.addTask(executorPreference: loop) { try await self.client(client, on: loop) }
            }
            return try await tasks.reduce(into: LatencyRecorder()) { $0.add($1) }
        }
    }

    private func client(_ number: Int, on loop: EventLoop) async throws -> LatencyRecorder {
        var recorder = LatencyRecorder()
        let interval = rate.map { UInt64(1e9 * Double(clients) / $0) }
        let pacer = interval.map { Pacer(loop: loop, start: EventLoop.now, interval: $0) }
        defer { pacer?.close() }
        let scope = scope
        let consortium = Int32(consortium)
        var revision = Int32(number)
        while true {
            let start = await pacer?.next() ?? EventLoop.now
            guard start < end else { return recorder }
            revision = revision % 100 + 1
            let unit: [SQL] = [
                scope,
                """
                SELECT content FROM agreement_revision WHERE consortium_id = \(consortium)
                    AND agreement_code = \(agreement) AND revision = \(revision) AND recorded_until IS NULL
                """,
            ]
            let rows = isolated ? try await database.run(unit) : try await database.read(unit)
            guard rows[1].count == 1 else { throw ValidationError("revision \(revision) is not there") }
            recorder.succeeded(after: EventLoop.now - start)
        }
    }

    /// As the server sets it before each unit.
    private var scope: SQL {
        let (party, consortia) = ("\(party)", "{\(consortium)}")
        return """
            SELECT set_config('allmende.party', \(party), true), set_config('allmende.role', \("municipality"), true),
                set_config('allmende.consortia', \(consortia), true),
                set_config('allmende.parties', \("{" + party + "}"), true),
                set_config('allmende.all_parties', \("off"), true)
            """
    }
}

/// A read that takes some ten seconds of one processor, and no disk.
private enum LongReport {
    static func run(_ database: Database) async throws {
        while !Task.isCancelled {
            _ = try await database.withTransaction(TransactionOptions(isReadOnly: true)) {
                try await $0.query(
                    """
                    SELECT sum(hashint8(number)) FROM (SELECT generate_series(1, \(350_000_000)) AS number) AS numbers
                    """)
            }
        }
    }
}

/// What a run of units has reached.
private struct UnitFigures: Figures {
    let unitsMade: Int
    let unitsPerSecond: Double
    /// Of this process.
    let microsecondsPerUnit: Double
    let p50: Double
    let p99: Double

    init(_ recorder: LatencyRecorder, seconds: Double, processor: Double) {
        unitsMade = recorder.succeeded
        unitsPerSecond = Double(recorder.succeeded) / seconds
        microsecondsPerUnit = processor * 1e6 / Double(max(1, recorder.succeeded))
        p50 = recorder.latencies.p50
        p99 = recorder.latencies.p99
    }

    var rows: [(String, String)] {
        [
            ("units", "\(unitsMade)"), ("units per second", unitsPerSecond.text(0)),
            ("µs per unit", microsecondsPerUnit.text(2)), ("p50", p50.text()), ("p99", p99.text()),
        ]
    }
}
