import API
import Audit
import Register
import SwiftProtobuf
import TLS
import Testing

@Suite(.timeLimit(.minutes(5)))
struct BundleVerifierTests {
    @Test func aBundleVerifies() throws {
        let bundle = try SampleRegister.make().bundle()
        let report = try verify(bundle, register: "consortia/itzgrund")
        #expect(report.failures == [])
        #expect(report.isVerified)
        #expect(report.notes == [])
        #expect(report.register == "consortia/itzgrund")
        #expect(report.size == 8)
        #expect(report.signers.count == 1)
        #expect(report.signers.first?.hasPrefix("allmende/consortia/itzgrund, key id ") == true)
        #expect(
            report.entries.map { "\($0.kind) \($0.count)" } == [
                "application_created 1", "metric_created 2", "settlement_calculated 2", "usage_batch_recorded 3",
            ])
        #expect(report.batches == 3)
        #expect(report.rows == 9)
        #expect(report.settlements == 2)
        #expect(report.usage.map(\.quantity) == ["303", "1.89"])
        #expect(report.settlementTotals.map(\.total) == ["200000.00"])
        #expect(report.byteCount == bundle.count)
    }

    @Test func bundlesWithoutUsageOrSettlementsVerify() throws {
        #expect(try verify(SampleRegister.make(rows: [], settlements: 1).bundle()).isVerified)
        #expect(try verify(SampleRegister.make(rows: [4], settlements: 0).bundle()).isVerified)
        let empty = SampleRegister(key: try SigningKey(rawBytes: Array(1...32)))
        #expect(try verify(empty.bundle()).isVerified)
    }

    @Test(arguments: [1, 7, 511, 512, 513, 64 * 1024])
    func theSizeOfPiecesMakesNoDifference(_ piece: Int) throws {
        let bundle = try SampleRegister.make().bundle()
        #expect(try verify(bundle, piece: piece) == verify(bundle, piece: bundle.count))
        var members = try BundleBytes(bundle)
        members["usage/000000000005.csv"][300] ^= 1
        members["settlements/000000000006.csv"][200] ^= 1
        let broken = try members.archive()
        #expect(try verify(broken, piece: piece) == verify(broken, piece: broken.count))
    }

    @Test func progressTellsTheBytesDone() throws {
        let bundle = try SampleRegister.make().bundle()
        var seen: [Int] = []
        let verifier = BundleVerifier(keys: []) { seen.append($0) }
        verifier.feed(Array(bundle.prefix(1000)))
        verifier.feed(Array(bundle.dropFirst(1000)))
        #expect(seen == [1000, bundle.count])
    }

    @Test func aWrongKeyFails() throws {
        let bundle = try SampleRegister.make().bundle()
        let other = try SigningKey(rawBytes: Array(2...33)).verificationKey
        let report = try verify(bundle, keys: [other])
        #expect(report.firstText.hasPrefix("checkpoint: no known key signed the note"))
        #expect(report.failureCount == 1)
        #expect(report.signers == [])
        let right = try SigningKey(rawBytes: Array(1...32)).verificationKey
        #expect(try verify(bundle, keys: [other, right]).isVerified)
        #expect(try !verify(bundle, keys: []).isVerified)
    }

    @Test func anotherRegisterFails() throws {
        let report = try verify(SampleRegister.make().bundle(), register: "consortia/anderswo")
        #expect(
            report.firstText
                == "checkpoint: the checkpoint is of the register \"consortia/itzgrund\", not \"consortia/anderswo\"")
    }

    @Test func whoeverSignsAnewNeedsTheKey() throws {
        // A consistent bundle of other contents, signed with a key of the forger's own under the register's name.
        var forged = SampleRegister(key: try SigningKey(rawBytes: Array(3...34)))
        try forged.add(.auditorAppointed(.with { $0.party = "parties/09473138" }))
        let report = try verify(forged.bundle())
        #expect(report.firstPlace == "checkpoint")
        #expect(!report.isVerified)
    }

    @Test func signaturesOfUnknownKeysAreNoted() throws {
        let register = try SampleRegister.make()
        var members = try BundleBytes(register.bundle())
        let witness = try NoteSigner(name: "witness.example", key: SigningKey(rawBytes: Array(4...35)))
        let origin = BundleFormat.origin(register: SampleRegister.name)
        let signer = try NoteSigner(name: origin, key: register.key)
        let note = try SignedNote(parsing: members["checkpoint"])
        members["checkpoint"] = try SignedNote(text: note.text, signers: [signer, witness]).bytes
        let report = try verify(members.archive())
        // Only the manifest's digest of the note differs now.
        #expect(report.failures.allSatisfy { $0.place.hasPrefix("manifest.json line") })
        #expect(report.notes.count == 1 && report.notes[0].contains("witness.example"))
    }

    @Test func controlCharactersAreNotShown() throws {
        var members = try BundleBytes(SampleRegister.make().bundle())
        members["usage/000000000003.csv"][100] = 0x1B
        let report = try verify(members.archive())
        #expect(report.firstPlace == "usage/000000000003.csv row 1")
        #expect(!report.firstText.utf8.contains(0x1B))
    }

    @Test func failuresAreLimitedAndCounted() throws {
        var members = try BundleBytes(SampleRegister.make(rows: [50]).bundle())
        let text = members.text("usage/000000000003.csv")
        members["usage/000000000003.csv"] = Array(text.split(separator: "09473132").joined(separator: "09473138").utf8)
        let report = try verify(members.archive())
        #expect(report.failures.count == BundleVerifier.maximumFailures)
        #expect(report.failureCount == 50)
    }
}
