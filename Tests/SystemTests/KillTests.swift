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
            try await interrupt(house) {
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
            try await interrupt(house) {
                try? cluster.stop()
            } recover: {
                try cluster.start()
            }
        }
    }

    /// Sends everything, stopping something at random points again and again, and looks what came of it.
    private func interrupt(
        _ house: House, _ stop: @escaping @Sendable () -> Void, recover: () async throws -> Void
    ) async throws {
        var generator = SplitMix64(seed: Soak.seed)
        let ledger = Ledger(batches: Ledger.batches(count: 8 * Soak.rounds, records: 150))
        for round in 0..<Soak.rounds {
            let left = await ledger.pendingCount
            guard left > 4 else { break }
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
        try await check(ledger, house)
    }

    /// The command line is killed in the middle of a file, and goes on with it when it is started again.
    @Test func aReportOfAKilledClientGoesOn() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".csv").path
        defer {
            for end in ["", ".progress", ".rejected.csv"] { try? FileManager.default.removeItem(atPath: file + end) }
        }
        let rows = (0..<45_000).map { row in
            let start = IngestUsageRequest.newYear + Int64(row) * 60
            return "\(Person.itzgrund.code),cases,\(instant(start)),\(instant(start + 60)),\(row % 7)\r\n"
        }
        let header = "party,metric,interval_start,interval_end,quantity\r\n"
        try #require(FileManager.default.createFile(atPath: file, contents: Data((header + rows.joined()).utf8)))
        try await House.with(.founded) { house in
            let watch = try await UsageServiceClient(try house.client(.office)).watchUsage(
                .with {
                    $0.parent = Founding.application
                    $0.period = .year(2012)
                })
            _ = try await watch.receive()
            var killed = 0
            for _ in 0..<2 {
                let report = try report(file, to: house)
                // Totals have changed: a batch is stored, others are on their way.
                _ = try await watch.receive()
                report.kill()
                killed += await report.status == SIGKILL ? 1 : 0
            }
            watch.cancel()
            #expect(killed > 0)
            #expect(await (try report(file, to: house)).status == 0)
            let totals = try await usage(of: .itzgrund, in: house)
            #expect(totals.map(\.recordCount) == [45_000])
            let sum = (0..<45_000).reduce(Int64(0)) { sum, row in sum + Int64(row % 7) }
            #expect(totals.map(\.quantity) == [sum])
            #expect(!FileManager.default.fileExists(atPath: file + ".progress"))
        }
    }

    private func instant(_ seconds: Int64) -> String { Instant(seconds: seconds)?.description ?? "" }

    private func report(_ file: String, to house: House) throws -> ChildProcess {
        let certificate = try Person.itzgrund.certificate
        return try ChildProcess([
            "allmende", "usage", "report", file, "--consortium", "itzgrund", "--app", "bauantrag", "--source", "system",
            "--server", "127.0.0.1:\(house.server.port)", "--ca", TestCertificates.shared.authority,
            "--certificate", certificate.certificate, "--key", certificate.key,
        ])
    }

    @Test func anOrderlyEndLosesNothing() async throws {
        let ledger = Ledger(batches: Ledger.batches(count: 30, records: 150))
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
        let ledger = Ledger(batches: Ledger.batches(count: 80, records: 150))
        try await House.with(target) { house in
            for stop in [Stop.afterReceipts(5), .afterSendings(9)] {
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
            let batches = await ledger.batches(of: person)
            let again = try await ingest(batches, as: person, in: house)
            #expect(again.map(\.replayed) == batches.map { _ in true })
            for receipt in again { await ledger.received(receipt) }
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

/// When the server is to be stopped.
enum Stop: Sendable, Equatable {
    case never
    case afterReceipts(Int)
    case afterSendings(Int)
}

/// What the two systems have sent and what they have receipts for.
actor Ledger {
    private let all: [(person: Person, batch: IngestUsageRequest)]
    private var receipts: [String: IngestUsageResponse] = [:]
    private(set) var contradictions: [String] = []
    private var stop = Stop.never
    private var action: @Sendable () -> Void = {}
    private var events = 0
    /// Whether the server has been stopped since `begin`.
    private(set) var hasStopped = false

    init(batches: [(person: Person, batch: IngestUsageRequest)]) { all = batches }

    /// `count` batches of each of two municipalities, one hour after the other.
    static func batches(count: Int, records: Int) -> [(person: Person, batch: IngestUsageRequest)] {
        [Person.grossheirath, .itzgrund].flatMap { person in
            (0..<count).map { index in
                let quantities = (0..<records).map { Int64(index * 7 + $0 % 13) }
                return (person, IngestUsageRequest.batch(person, first: Int64(index * records), quantities: quantities))
            }
        }
    }

    func begin(_ stop: Stop, _ action: @escaping @Sendable () -> Void) {
        (self.stop, self.action, events, hasStopped) = (stop, action, 0, false)
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
        if case .afterSendings(let count) = stop, count == next() { act() }
    }

    func received(_ receipt: IngestUsageResponse) {
        var first = receipt
        first.replayed = false
        if let known = receipts[receipt.requestID], known != first {
            contradictions.append("batch \(receipt.requestID): \(known) and \(first)")
        }
        receipts[receipt.requestID] = first
        if case .afterReceipts(let count) = stop, count == next() { act() }
    }

    private func act() {
        hasStopped = true
        action()
    }

    private func next() -> Int {
        events += 1
        return events
    }
}
