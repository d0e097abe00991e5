import API
import Audit
import EventLoop
import Foundation
import GRPC
import Logging
import Postgres
import Register
import Services
import Store
import SwiftProtobuf
import TLS
import TestCertificates
import TestSupport
import Testing

/// Checkpoints outside the database, and those who co-sign them.
@Suite(.timeLimit(.minutes(5)))
struct CheckpointTests {
    /// A backup that is older than the newest published checkpoint takes the place of the database.
    @Test func aDatabaseThatLostEntriesIsNotSignedForUntilRecovered() async throws {
        let folder = try folder()
        let options = ["--checkpoint-directory", folder]
        let template = try await Template.founded.database.name
        let newest = try await published(on: TestCluster.shared.makeDatabase(template: template), options)

        let backup = try TestCluster.shared.makeDatabase(template: template)
        try await House.with(backup, options: options) { house in
            for round in 0..<5 {
                let refused = await refusal { _ = try await checkpoint(house) }
                #expect(refused?.code == .failedPrecondition && refused?.reason == "REGISTER_NOT_SIGNING", "\(round)")
                _ = try await ingest(
                    [.batch(.itzgrund, first: 500 + Int64(round), quantities: [9])], as: .itzgrund, in: house)
            }
            let outcome = try #require(try await recover(backup, folder))
            #expect(outcome.publishedSize == newest.size)
            #expect(outcome.lost.upperBound == Int64(newest.size))
            #expect(outcome.origin == "allmende/\(Founding.consortium)/generation/1")
            let after = try await checkpoint(house)
            #expect(after.origin == outcome.origin)
            // A second time there is nothing to do.
            #expect(try await recover(backup, folder) == nil)
            try await expectNamedLoss(newest, house)
        }
    }

    @Test func theNewestCheckpointStaysWhenAnOlderOneIsSigned() async throws {
        let folder = try folder()
        let options = ["--checkpoint-directory", folder]
        let database = try await TestCluster.shared.makeDatabase(template: Template.founded.database.name)
        let newest = try await published(on: database, options)
        try await House.with(database, options: options) { house in
            let older = try await RegisterServiceClient(try house.client(.itzgrund)).getCheckpoint(
                .with {
                    $0.register = Founding.consortium
                    $0.size = Int64(newest.size - 1)
                })
            #expect(older.size == Int64(newest.size - 1))
            let file = "\(folder)/allmende/\(Founding.consortium)/checkpoint"
            let kept = try String(contentsOfFile: file, encoding: .utf8)
            #expect(kept.contains("\n\(newest.size)\n"), "\(kept)")
        }
    }

    @Test func coSignaturesOfWitnessesAreServed() async throws {
        let key = try SigningKey.generate()
        let witness = try NoteVerifier(name: "witness.example/one", key: key.verificationKey, type: .cosignature)
        let file = try folder() + "/witnesses"
        try "# who watches\n\(witness.text)\n".write(toFile: file, atomically: true, encoding: .utf8)
        let database = try await TestCluster.shared.makeDatabase(template: Template.founded.database.name)
        try await House.with(database, options: ["--witness-keys", file]) { house in
            let client = RegisterServiceClient(try house.client(.itzgrund))
            let note = try await client.getCheckpoint(.with { $0.register = Founding.consortium })
            let none = await refusal {
                _ = try await client.getCheckpoint(
                    .with {
                        $0.register = Founding.consortium
                        $0.witnessed = true
                    })
            }
            #expect(none?.code == .failedPrecondition)
            try await cosign(note.checkpoint, client, key, witness)
            _ = try await ingest([.batch(.itzgrund, quantities: [1])], as: .itzgrund, in: house)
            let witnessed = try await client.getCheckpoint(
                .with {
                    $0.register = Founding.consortium
                    $0.witnessed = true
                })
            #expect(witnessed.size == note.size)
            let served = try SignedNote(parsing: Array(witnessed.checkpoint.utf8))
            #expect(try served.verify(with: [witness]).count == 1)
        }
    }

    /// Adds a witness's signature; that of a stranger, and one on another tree, are refused.
    private func cosign(
        _ text: String, _ client: RegisterServiceClient, _ key: SigningKey, _ witness: NoteVerifier
    ) async throws {
        let note = try SignedNote(parsing: Array(text.utf8))
        let checkpoint = try Checkpoint(text: note.text)
        let other = try Checkpoint(origin: checkpoint.origin, size: checkpoint.size, root: .zero)
        let foreign = try NoteSigner(name: checkpoint.origin, key: .generate())
        let attempts: [(SignedNote, Checkpoint, SigningKey, Bool)] = [
            (note, checkpoint, try .generate(), false), (try other.signed(by: foreign), other, key, false),
            (note, checkpoint, key, true), (note, checkpoint, key, true),
        ]
        for (base, signed, key, isTaken) in attempts {
            var attempt = base
            try attempt.add(NoteSigner.cosign(signed, name: witness.name, key: key, seconds: 1_700_000_000))
            let bytes = attempt.bytes
            let refused = await refusal {
                let answer = try await client.addCosignature(
                    .with {
                        $0.register = Founding.consortium
                        $0.checkpoint = String(decoding: bytes, as: UTF8.self)
                    })
                #expect(answer.checkpoint.hasPrefix(text) && answer.checkpoint != text)
            }
            #expect((refused == nil) == isTaken, "\(String(describing: refused))")
            if !isTaken { #expect(refused?.fields == ["checkpoint"]) }
        }
    }

    /// The entry below the new checkpoint names what was published and what is lost.
    private func expectNamedLoss(_ published: Checkpoint, _ house: House) async throws {
        let entries = try await RegisterServiceClient(try house.client(.auditor)).listEntries(
            .with {
                $0.register = Founding.consortium
                $0.pageSize = 1000
            })
        let recovered = try #require(entries.entries.last).registerRecovered
        let note = try Checkpoint.open(
            Array(recovered.checkpoint.utf8), key: try House.registerKey.get().verification)
        #expect(note == published)
        #expect(recovered.lostUntil == Int64(published.size) && recovered.generation == 1)
    }

    /// The newest checkpoint of a server that has taken two batches.
    private func published(on database: TestDatabase, _ options: [String]) async throws -> Checkpoint {
        var newest: Checkpoint?
        try await House.with(database, options: options) { house in
            for round in 0..<2 {
                _ = try await ingest(
                    [.batch(.itzgrund, first: Int64(round), quantities: [1])], as: .itzgrund, in: house)
            }
            newest = try await checkpoint(house)
        }
        return try #require(newest)
    }

    private func checkpoint(_ house: House) async throws -> Checkpoint {
        let answer = try await RegisterServiceClient(try house.client(.itzgrund))
            .getCheckpoint(.with { $0.register = Founding.consortium })
        return try Checkpoint.open(Array(answer.checkpoint.utf8), key: try House.registerKey.get().verification)
    }

    private func recover(_ database: TestDatabase, _ folder: String) async throws -> Recovery.Outcome? {
        let group = EventLoopGroup(count: 1)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let outcome = try await Owner(connection: database.connection, group: group, logger: logger)
            .withDatabase { database in
                try await Recovery(store: Store(database: database), directory: CheckpointDirectory(path: folder))
                    .recover(Founding.consortium)
            }
        await Task.detached { group.shutdown() }.value
        return outcome
    }

    private func folder() throws -> String {
        let path = TestCertificates.shared.directory.appending(path: "checkpoints-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}
