import API
import Audit
import Foundation
import GRPC
import Register
import SwiftProtobuf
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RegisterTests {
    @Test func aMemberProvesItsReceipt() async throws {
        try await House.with(.founded) { house in
            let receipts = try await ingest([.batch(.itzgrund, quantities: [1, 2, 3])], as: .itzgrund, in: house)
            let position = try #require(receipts.first).registerPosition
            let client = RegisterServiceClient(try house.client(.itzgrund))
            let answer = try await client.proveInclusion(
                .with {
                    $0.register = Founding.consortium
                    $0.position = position
                })
            #expect(answer.position == position)
            let leaf = try #require(Hash(Array(answer.leafHash)))
            let proof = try TlogProof(text: answer.proof)
            let checkpoint = try proof.verify(leaf: leaf, verifier: try verifier(Founding.consortium))
            #expect(Int64(checkpoint.size) == answer.size)
            #expect(proof.inclusion.path.map { Data($0.bytes) } == answer.path)
            // The leaf is that of the entry which the auditor reads at this place.
            let entries = try await RegisterServiceClient(try house.client(.auditor)).listEntries(
                .with {
                    $0.register = Founding.consortium
                    $0.start = position
                    $0.pageSize = 1
                })
            let entry = try #require(entries.entries.first)
            #expect(TreeHasher().leaf(try entry.serializedBytes() as [UInt8]) == leaf)
        }
    }

    @Test func aKeptCheckpointIsShownToBeAPrefix() async throws {
        try await House.with(.founded) { house in
            let client = RegisterServiceClient(try house.client(.itzgrund))
            let kept = try await client.getCheckpoint(.with { $0.register = Founding.consortium })
            for round in 0..<3 {
                _ = try await ingest(
                    [.batch(.itzgrund, first: Int64(round) * 10, quantities: [1])], as: .itzgrund, in: house)
            }
            let answer = try await client.proveConsistency(
                .with {
                    $0.register = Founding.consortium
                    $0.oldSize = kept.size
                })
            #expect(answer.newSize == kept.size + 3)
            let verifier = try verifier(Founding.consortium)
            let old = try Checkpoint.open(Array(kept.checkpoint.utf8), verifier: verifier)
            let new = try Checkpoint.open(Array(answer.checkpoint.utf8), verifier: verifier)
            let proof = ConsistencyProof(
                oldSize: old.size, newSize: new.size, path: answer.path.compactMap { Hash(Array($0)) })
            try proof.verify(oldRoot: old.root, newRoot: new.root, using: TreeHasher())
        }
    }

    /// The platform's entries name credentials and mandates of everybody: municipalities have their hashes alone.
    @Test func thePlatformsEntriesAreNotForEverybody() async throws {
        try await House.with(.founded) { house in
            for person in [Person.operator, .office, .auditor] {
                let entries = try await RegisterServiceClient(try house.client(person)).listEntries(
                    .with { $0.register = "platform" }
                ).entries
                #expect(entries.count > 5 && entries.contains { $0.credentialCreated != Credential() }, "\(person)")
            }
            let client = RegisterServiceClient(try house.client(.itzgrund))
            let refused = await refusal { _ = try await client.listEntries(.with { $0.register = "platform" }) }
            #expect(refused?.reason == "PERMISSION_DENIED")
            let watched = await refusal {
                _ = try await client.watchEntries(.with { $0.register = "platform" }).receive()
            }
            #expect(watched?.reason == "PERMISSION_DENIED")
            let proof = try await client.proveInclusion(.with { $0.register = "platform" })
            #expect(
                try TlogProof(text: proof.proof).verify(
                    leaf: try #require(Hash(Array(proof.leafHash))), verifier: try verifier("platform")
                ).size > 5)
        }
    }

    @Test func placesBeyondTheRegisterAreRefused() async throws {
        try await House.with(.founded) { house in
            let client = RegisterServiceClient(try house.client(.itzgrund))
            let size = try await client.getCheckpoint(.with { $0.register = Founding.consortium }).size
            let inclusions: [(Int64, Int64, String)] = [
                (-1, 0, "position"), (size, 0, "position"), (2, 2, "position"), (0, -1, "size"), (0, size + 1, "size"),
                (.max, .max, "size"),
            ]
            for (position, asked, field) in inclusions {
                let refused = await refusal {
                    _ = try await client.proveInclusion(
                        .with {
                            $0.register = Founding.consortium
                            $0.position = position
                            $0.size = asked
                        })
                }
                #expect(refused?.fields == [field] && refused?.reason == "UNKNOWN_POSITION", "\(position) of \(asked)")
            }
            for (old, new, field) in [(0, 0, "old_size"), (3, 2, "old_size"), (1, size + 1, "new_size")] {
                let refused = await refusal {
                    _ = try await client.proveConsistency(
                        .with {
                            $0.register = Founding.consortium
                            $0.oldSize = Int64(old)
                            $0.newSize = Int64(new)
                        })
                }
                #expect(refused?.fields == [field], "\(old) to \(new)")
            }
            let foreign = await refusal {
                _ = try await RegisterServiceClient(try house.client(.otherOffice)).proveInclusion(
                    .with { $0.register = Founding.consortium })
            }
            #expect(foreign?.code == .notFound)
        }
    }

    @Test func aWatchGoesOnWithWhatIsCommitted() async throws {
        try await House.with(.founded) { house in
            let watch = { (start: Int64, person: Person) in
                try await RegisterServiceClient(try house.client(person)).watchEntries(
                    .with {
                        $0.register = Founding.consortium
                        $0.start = start
                    })
            }
            let stream = try await watch(0, .auditor)
            let size = try await RegisterServiceClient(try house.client(.auditor))
                .getCheckpoint(.with { $0.register = Founding.consortium }).size
            var positions: [Int64] = []
            while Int64(positions.count) < size, let message = try await stream.receive() {
                positions += message.entries.map(\.position)
            }
            for round in 0..<2 {
                _ = try await ingest(
                    [.batch(.itzgrund, first: Int64(round) * 10, quantities: [1])], as: .itzgrund, in: house)
                let message = try #require(try await stream.receive())
                positions += message.entries.map(\.position)
            }
            #expect(positions == Array(0..<size + 2))
            stream.cancel()

            let resumed = try await watch(size, .auditor)
            #expect(try await resumed.receive()?.entries.first?.position == size)
            resumed.cancel()
            let member = await refusal { _ = try await watch(0, .itzgrund).receive() }
            #expect(member?.code == .permissionDenied)
        }
    }

    private func verifier(_ register: String) throws -> NoteVerifier {
        try NoteVerifier(
            name: BundleFormat.origin(register: register), key: try House.registerKey.get().verification)
    }
}
