import API
import Foundation
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// What was acknowledged is there exactly once, whenever the server ends.
@Suite(.timeLimit(.minutes(3)))
struct KillTests {
    @Test func nothingIsLostOrCountedTwiceWhenTheServerIsKilled() async throws {
        let seed: UInt64 = 0xA11
        var generator = SeededGenerator(seed: seed)
        let ledger = Ledger(batches: Ledger.batches(count: 40, records: 150))
        try await House.with(.founded) { house in
            for round in 0..<5 {
                let left = await ledger.pendingCount
                guard left > 4 else { break }
                let events = Int.random(in: 1...left / 2, using: &generator)
                // At a receipt, others are on their way to the client; at a sending, others wait in the server.
                let stop = Bool.random(using: &generator) ? Stop.afterReceipts(events) : .afterSendings(events)
                await ledger.begin(stop) { house.server.killNow() }
                await streamPending(ledger, house)
                try #require(await ledger.hasStopped, "seed \(seed), round \(round), \(stop): the streams ended before")
                #expect(await house.server.exitStatus == SIGKILL, "seed \(seed), round \(round), \(stop)")
                try await house.startAgain()
            }
            await ledger.begin(.never) {}
            await streamPending(ledger, house)
            try await check(ledger, house)
        }
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
        let ledger = Ledger(batches: Ledger.batches(count: 30, records: 150))
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
