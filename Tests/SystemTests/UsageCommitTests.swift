import API
import GRPC
import Glibc
import SwiftProtobuf
import TestSupport
import Testing

/// A receipt is given for what is committed: neither before, nor for what COMMIT has refused.
@Suite(.timeLimit(.minutes(5)))
struct UsageCommitTests {
    /// How a batch comes.
    enum Way: CaseIterable, Sendable { case stream, call }

    /// What becomes of a COMMIT that is under way.
    enum End: CaseIterable, Sendable {
        case succeeds
        /// The database throws the session out, as when it is restarted; the server lives.
        case isCutOff
        /// The server is killed, and the session ends with it.
        case isLostWithTheServer
        /// The server is killed, and the database goes on to the end.
        case outlivesTheServer

        var killsTheServer: Bool { self == .isLostWithTheServer || self == .outlivesTheServer }
        var storesTheBatch: Bool { self == .succeeds || self == .outlivesTheServer }
    }

    @Test(arguments: Way.allCases, End.allCases)
    func noReceiptComesWhileACommitIsUnderWay(_ way: Way, _ end: End) async throws {
        try await House.with(.founded) { house in
            try house.database.duringCommit("PERFORM pg_advisory_xact_lock(7)")
            let lock = try house.database.hold("SELECT pg_advisory_xact_lock(7)")
            let batch = IngestUsageRequest.batch(.itzgrund, quantities: [3, 4])
            let receipts = Receipts()
            async let refused = refusal { try await report([batch], way, house, receipts) }
            try await expectNoReceipt(receipts, house)
            switch end {
            case .succeeds: lock.release()
            case .isCutOff:
                try endSessionInCommit(house)
                lock.release()
            case .isLostWithTheServer:
                house.server.killNow()
                try endSessionInCommit(house)
                lock.release()
            case .outlivesTheServer:
                house.server.killNow()
                #expect(await house.server.exitStatus == SIGKILL)
                lock.release()
            }
            #expect(await refused?.code == (end == .succeeds ? nil : .unavailable))
            #expect(await receipts.all.count == (end == .succeeds ? 1 : 0))
            if end.killsTheServer {
                #expect(await house.server.exitStatus == SIGKILL)
                try await house.startAgain()
            }
            // Whatever has come of it: sent again, it is there once.
            try await report([batch], way, house, receipts)
            #expect(await receipts.all.last?.replayed == end.storesTheBatch)
            #expect(try house.database.number("SELECT count(*) FROM usage_batch") == 1)
            #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [7])
        }
    }

    /// As when the disk is full: all statements have gone well, and COMMIT fails.
    @Test(arguments: Way.allCases)
    func aCommitThatFailsGivesNoReceipt(_ way: Way) async throws {
        try await House.with(.founded) { house in
            let size = try #require(try registerSize(house))
            try house.database.duringCommit("IF NEW.position = \(size + 1) THEN RAISE disk_full; END IF")
            let batches = (0..<3).map { IngestUsageRequest.batch(.itzgrund, first: 10 * $0, quantities: [1, 2]) }
            let receipts = Receipts()
            let refused = await refusal { try await report(batches, way, house, receipts) }
            #expect(refused?.code == .unavailable && refused?.reason == "UNAVAILABLE", "\(String(describing: refused))")
            #expect(await receipts.all.map(\.requestID) == [batches[0].requestID])
            #expect(try registerSize(house) == size + 1)
            #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [3])

            try house.database.leaveCommitAlone()
            try await report(batches, way, house, receipts)
            #expect(await receipts.all.map(\.replayed) == [false, true, false, false])
            #expect(try registerSize(house) == size + 3)
            #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [9])
        }
    }

    /// Sends one batch after the other and notes the receipts as they come.
    private func report(
        _ batches: [IngestUsageRequest], _ way: Way, _ house: House, _ receipts: Receipts
    ) async throws {
        let client = UsageServiceClient(try house.client(.itzgrund))
        switch way {
        case .stream:
            let stream = try await client.ingestUsage()
            // What the server says of the call comes by receiving, also when it has ended it before all is sent.
            for batch in batches { try? await stream.send(batch) }
            try? await stream.finish()
            while let receipt = try await stream.receive() { await receipts.add(receipt) }
        case .call:
            for batch in batches {
                let answer = try await client.reportUsage(.init(serializedBytes: batch.serializedBytes() as [UInt8]))
                await receipts.add(try IngestUsageResponse(serializedBytes: answer.serializedBytes() as [UInt8]))
            }
        }
    }

    /// Waits for a COMMIT that is under way. What the server has sent before then comes before its answers to the calls
    /// that follow on the same connection.
    private func expectNoReceipt(_ receipts: Receipts, _ house: House) async throws {
        while try house.database.number("SELECT count(*) FROM \(Self.sessionsInCommit)") != 1 {
            try Task.checkCancellation()
            await Task.yield()
        }
        for _ in 0..<20 { #expect(try await usage(of: .itzgrund, in: house).isEmpty) }
        #expect(await receipts.all.isEmpty)
    }

    private func endSessionInCommit(_ house: House) throws {
        let ended = try house.database.execute("SELECT pg_terminate_backend(pid, 60000) FROM \(Self.sessionsInCommit)")
        #expect(ended.hasPrefix("t"), "\(ended)")
    }

    private static let sessionsInCommit = """
        pg_stat_activity WHERE datname = current_database() AND query = 'COMMIT' AND wait_event = 'advisory'
        """

    private func registerSize(_ house: House) throws -> Int? {
        try house.database.number("SELECT size FROM register WHERE name = '\(Founding.consortium)'")
    }
}

/// The receipts that a client has.
private actor Receipts {
    private(set) var all: [IngestUsageResponse] = []

    func add(_ receipt: IngestUsageResponse) { all.append(receipt) }
}
