import API
import Domain
import Foundation
import GRPC
import SwiftProtobuf
import TestCertificates
import TestSupport
import Testing

/// What was acknowledged is there exactly once, whenever the server ends.
@Suite(.timeLimit(.minutes(3 + Soak.rounds / 10)))
struct KillTests {
    @Test func nothingIsLostOrCountedTwiceWhenTheServerIsKilled() async throws {
        try await House.with(.founded) { house in
            try await interrupt(house, "server") {
                house.server.killNow()
            } recover: {
                #expect(await house.server.exitStatus == SIGKILL)
                try await house.startAgain()
            }
        }
    }

    @Test func nothingIsLostOrCountedTwiceWhenTheDatabaseIsKilled() async throws {
        // A cluster of its own, whose commits are durable: the operating system outlives the server.
        let cluster = try TestCluster(settings: ["synchronous_commit": "on"])
        let database = try await cluster.makeDatabase(copying: Template.founded.database)
        try await House.with(database) { house in
            try await interrupt(house, "database") {
                #expect(throws: Never.self) { try cluster.kill() }
            } recover: {
                try cluster.start()
                // Until the server has found it: what is killed then has batches to store.
                while await refusal({ _ = try await usage(of: .itzgrund, in: house) }) != nil {}
            }
        }
    }

    /// Sends everything, stopping something at random points again and again, and looks what came of it.
    private func interrupt(
        _ house: House, _ name: String, _ stop: @escaping @Sendable () -> Void, recover: () async throws -> Void
    ) async throws {
        var generator = SplitMix64(seed: Soak.seed)
        let ledger = Ledger(batchesOfEach: 8 * Soak.rounds)
        for round in 0..<Soak.rounds {
            // A kill takes its time, in which more is stored: the batches may end before the rounds do.
            if await ledger.pendingCount < 16 { await ledger.addBatches(16) }
            let left = await ledger.pendingCount
            let events = Int.random(in: 1...max(1, min(left / 2, 2 * left / (Soak.rounds - round))), using: &generator)
            // At a receipt, others are on their way to the client; at a sending, others wait in the server.
            let point = Bool.random(using: &generator) ? Stop.afterReceipts(events) : .afterSendings(events)
            await ledger.begin(point, stop)
            while await !ledger.hasStopped { await streamPending(ledger, house) }
            try await recover()
        }
        await ledger.begin(.never) {}
        // Until the server has found what was started again.
        while await ledger.pendingCount > 0 { await streamPending(ledger, house) }
        let (struck, lost) = await (ledger.struckCount, ledger.replayedCount)
        #expect(struck > 0)
        try await check(ledger, house)
        print(
            """
            \(name): killed \(Soak.rounds) times, \(struck) of them with batches on their way; \
            \(lost) of those were stored already
            """)
    }

    /// The command line is killed anywhere between its start and its end, and goes on when it is started again.
    @Test func nothingIsLostOrCountedTwiceWhenTheClientIsKilled() async throws {
        var generator = SplitMix64(seed: Soak.seed)
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await House.with(.founded) { house in
            let clock = ContinuousClock()
            var (killed, struck, reported) = (0, 0, 0)
            // The first is left alone and says how long a report takes.
            var whole = Duration.zero
            while reported == 0 || killed < Soak.rounds {
                let file = directory.appending(path: "\(reported).csv").path
                try write(UsageRows.reported(reported), to: file)
                var isDone = false
                while !isDone {
                    let isLeftAlone = reported == 0 || killed == Soak.rounds
                    let limit = isLeftAlone ? Duration.seconds(60) : whole * Double.random(in: 0..<1, using: &generator)
                    let began = clock.now
                    isDone = try await end(of: report(file, to: house, within: limit))
                    if isDone {
                        whole = max(whole, clock.now - began)
                    } else {
                        killed += 1
                        let all = try #require(try house.database.number("SELECT count(*) FROM usage_record"))
                        let isPartly = (1..<UsageRows.count).contains(all - reported * UsageRows.count)
                        struck += isPartly ? 1 : 0
                    }
                }
                reported += 1
            }
            let sum = (0..<reported).map { UsageRows.reported($0).map(\.quantity).reduce(0, +) }.reduce(0, +)
            let stored = try house.database.execute("SELECT count(*), sum(quantity) FROM usage_record")
            #expect(stored.split(separator: "\n") == ["\(reported * UsageRows.count)|\(sum)"])
            #expect(struck > 0)
            print("client: killed \(killed) times, \(struck) of them with part of a file stored; \(reported) files")
        }
    }

    private func write(_ rows: [UsageRows.Row], to file: String) throws {
        let lines = rows.map { row in
            "\(Person.itzgrund.code),cases,\(instant(row.start)),\(instant(row.start + 1)),\(row.quantity)\r\n"
        }
        let text = "party,metric,interval_start,interval_end,quantity\r\n" + lines.joined()
        try #require(FileManager.default.createFile(atPath: file, contents: Data(text.utf8)))
    }

    /// Whether it came to its end by itself.
    private func end(of report: ChildProcess) async throws -> Bool {
        let status = await report.status
        // `timeout` ends itself by the signal that it sends, or says so by its exit status.
        if status == SIGKILL || status == (128 + SIGKILL) << 8 { return false }
        try #require(status == 0, "\(report.text)")
        return true
    }

    private func instant(_ seconds: Int64) -> String { Instant(seconds: seconds)?.description ?? "" }

    private func report(_ file: String, to house: House, within limit: Duration) throws -> ChildProcess {
        let certificate = try Person.itzgrund.certificate
        let (seconds, attoseconds) = limit.components
        return try ChildProcess([
            "/usr/bin/timeout", "--signal=KILL", "\(Double(seconds) + Double(attoseconds) / 1e18)",
            ServerProcess.path(of: "allmende"), "usage", "report", file, "--consortium", "itzgrund", "--app",
            "bauantrag", "--source", "system", "--batch-size", "\(UsageRows.batchSize)",
            "--server", "127.0.0.1:\(house.server.port)", "--ca", TestCertificates.shared.authority,
            "--certificate", certificate.certificate, "--key", certificate.key,
        ])
    }

    @Test func anOrderlyEndLosesNothing() async throws {
        let ledger = Ledger(batchesOfEach: 30)
        try await House.with(.founded) { house in
            await ledger.begin(.afterReceipts(7)) { house.server.terminate() }
            await streamPending(ledger, house)
            try #require(await ledger.hasStopped)
            #expect(await house.server.exitStatus == 0, "\(house.server.log)")
            #expect(house.server.log.contains("shutting down"))
            try await house.startAgain()
            await ledger.begin(.never) {}
            await streamPending(ledger, house)
            try await check(ledger, house)
        }
    }

    /// The server of the database ends at once and comes back, while batches are on their way.
    @Test func aDatabaseThatRestartsLosesNothing() async throws {
        let cluster = try TestCluster(settings: ["synchronous_commit": "on"])
        let target = try cluster.makeDatabase(copying: await Template.founded.database)
        let ledger = Ledger(batchesOfEach: 80)
        try await House.with(target) { house in
            for stop in [Stop.afterReceipts(5), .afterSendings(9)] {
                // What was on its way before may all have been stored meanwhile.
                if await ledger.pendingCount < 40 { await ledger.addBatches(20) }
                await ledger.begin(stop) {
                    try? cluster.stop()
                    try? cluster.start()
                }
                // Whoever comes while the connections are still being opened is told to come again.
                while await !ledger.hasStopped, await ledger.pendingCount > 0 { await streamPending(ledger, house) }
                try #require(await ledger.hasStopped)
            }
            await ledger.begin(.never) {}
            while await ledger.pendingCount > 0 { await streamPending(ledger, house) }
            try await check(ledger, house)
        }
    }

    /// Two systems send what has no receipt yet, at the same time, until they are done or the server has gone.
    private func streamPending(_ ledger: Ledger, _ house: House) async {
        await withTaskGroup(of: Void.self) { tasks in
            for person in [Person.grossheirath, .itzgrund] {
                tasks.addTask {
                    do {
                        try await send(await ledger.pending(of: person), as: person, ledger, house)
                    } catch {
                        // The server has gone; what has no receipt is sent again.
                    }
                }
            }
        }
    }

    private func send(_ batches: [IngestUsageRequest], as person: Person, _ ledger: Ledger, _ house: House) async throws
    {
        let stream = try await UsageServiceClient(try house.client(person)).ingestUsage()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for batch in batches {
                    try await stream.send(batch)
                    await ledger.sent()
                }
                try await stream.finish()
            }
            tasks.addTask {
                while let receipt = try await stream.receive() { await ledger.received(receipt) }
            }
            try await tasks.waitForAll()
        }
    }

    private func check(_ ledger: Ledger, _ house: House) async throws {
        #expect(await ledger.pendingCount == 0)
        #expect(await ledger.contradictions == [])
        let rows = try house.database.execute(
            """
            SELECT b.recorded_from, encode(b.row_root, 'hex'), b.row_count, count(u.*), sum(u.quantity)
            FROM usage_batch b LEFT JOIN usage_record u USING (consortium_id, batch_id)
            GROUP BY b.consortium_id, b.batch_id ORDER BY b.recorded_from
            """
        ).split(separator: "\n").map(String.init)
        #expect(rows == (await ledger.expectedRows))
        #expect(try house.database.number("SELECT count(*) FROM usage_record") == (await ledger.recordCount))
        // Once more, all of it: every batch gets the receipt it had.
        for person in [Person.grossheirath, .itzgrund] {
            var batches = await ledger.batches(of: person)[...]
            // In parts: nobody takes receipts while they are sent.
            while !batches.isEmpty {
                let again = try await ingest(Array(batches.prefix(100)), as: person, in: house)
                #expect(again.count == min(100, batches.count) && again.allSatisfy(\.replayed))
                for receipt in again { await ledger.received(receipt) }
                batches = batches.dropFirst(100)
            }
        }
        #expect(await ledger.contradictions == [])
        #expect(try house.database.number("SELECT count(*) FROM usage_record") == (await ledger.recordCount))
        let size = try house.database.number("SELECT size FROM register WHERE name = '\(Founding.consortium)'")
        let entries = try house.database.number(
            """
            SELECT count(*) FROM register_entry JOIN register USING (register_id)
            WHERE name = '\(Founding.consortium)'
            """)
        #expect(size == entries)
    }
}

/// How long the tests go on.
enum Soak {
    /// Rounds of each test: few in the normal run, thousands under `make soak`.
    static let rounds = ProcessInfo.processInfo.environment["ALLMENDE_SOAK_ROUNDS"].flatMap(Int.init) ?? 5
    /// A new one for each soak, so that it looks elsewhere than the one before.
    static let seed = ProcessInfo.processInfo.environment["ALLMENDE_SOAK_SEED"].flatMap(UInt64.init) ?? 0xA11
}

/// The rows of one file after the other, second by second, so that thousands of files end before today.
enum UsageRows {
    typealias Row = (start: Int64, quantity: Int64)

    static let count = 4000
    /// Many batches to a file, so that a report mostly ends between two.
    static let batchSize = 100

    static func reported(_ file: Int) -> [Row] {
        (file * count..<(file + 1) * count).map { (IngestUsageRequest.newYear + Int64($0), Int64($0 % 7)) }
    }
}

/// When the server is to be stopped.
enum Stop: Sendable, Equatable {
    case never
    case afterReceipts(Int)
    case afterSendings(Int)
}

/// What the two systems have sent and what they have receipts for.
actor Ledger {
    private var all: [(person: Person, batch: IngestUsageRequest)]
    private var receipts: [String: IngestUsageResponse] = [:]
    private(set) var contradictions: [String] = []
    private var stop = Stop.never
    private var action: @Sendable () -> Void = {}
    private var events = 0
    /// Whether the server has been stopped since `begin`.
    private(set) var hasStopped = false
    private var onTheirWay = 0
    /// How often something was stopped while batches had no receipt yet.
    private(set) var struckCount = 0
    /// Batches whose receipt did not come the first time, though they were stored.
    private(set) var replayedCount = 0

    /// - Parameter count: batches of each of two municipalities.
    init(batchesOfEach count: Int) { all = Self.batches(0..<count) }

    func addBatches(_ count: Int) { all += Self.batches(all.count / 2..<all.count / 2 + count) }

    /// One minute after the other, so that thousands end before today.
    private static func batches(_ numbers: Range<Int>) -> [(person: Person, batch: IngestUsageRequest)] {
        let records = 150
        return [Person.grossheirath, .itzgrund].flatMap { person in
            numbers.map { number in
                let quantities = (0..<records).map { Int64(number * 7 + $0 % 13) }
                let first = Int64(number * records)
                return (person, IngestUsageRequest.batch(person, first: first, quantities: quantities, seconds: 60))
            }
        }
    }

    func begin(_ stop: Stop, _ action: @escaping @Sendable () -> Void) {
        (self.stop, self.action, events, hasStopped, onTheirWay) = (stop, action, 0, false, 0)
    }

    func batches(of person: Person) -> [IngestUsageRequest] {
        all.filter { $0.person == person }.map(\.batch)
    }

    func pending(of person: Person) -> [IngestUsageRequest] {
        batches(of: person).filter { receipts[$0.requestID] == nil }
    }

    var pendingCount: Int { all.count - receipts.count }

    var recordCount: Int { all.map(\.batch.records.count).reduce(0, +) }

    /// The stored batches as their receipts say they are.
    var expectedRows: [String] {
        all.compactMap { _, batch -> (Int64, String)? in
            guard let receipt = receipts[batch.requestID] else { return nil }
            let sum = batch.records.map(\.quantity).reduce(0, +)
            let count = batch.records.count
            return (
                receipt.registerPosition,
                "\(receipt.registerPosition)|\(hex(receipt.rowRoot))|\(receipt.recordCount)|\(count)|\(sum)"
            )
        }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    func sent() {
        onTheirWay += 1
        if case .afterSendings(let count) = stop, count == next() { act() }
    }

    func received(_ receipt: IngestUsageResponse) {
        var first = receipt
        onTheirWay -= 1
        replayedCount += receipt.replayed ? 1 : 0
        first.replayed = false
        if let known = receipts[receipt.requestID], known != first {
            contradictions.append("batch \(receipt.requestID): \(known) and \(first)")
        }
        receipts[receipt.requestID] = first
        if case .afterReceipts(let count) = stop, count == next() { act() }
    }

    private func act() {
        hasStopped = true
        struckCount += onTheirWay > 0 ? 1 : 0
        action()
    }

    private func next() -> Int {
        events += 1
        return events
    }
}
