import API
import Audit
import Foundation
import Register
import SwiftProtobuf
import TLS
import TestCertificates
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct KeyRotationTests {
    /// What the old key has signed stays as it is; from the next size on the new one signs.
    @Test func aNewKeySignsFromTheNextSizeOn() async throws {
        let key = try SigningKey.generate()
        let file = TestCertificates.shared.directory.appending(path: "rotated.key").path
        try key.write(pemFile: file)
        let (old, new) = (try House.registerKey.get().verification, key.verificationKey)

        let database = try await Template.founded.database
        let copy = try database.cluster.makeDatabase(template: database.name)
        var before: (bundle: [UInt8], size: Int64) = ([], 0)
        try await House.with(copy) { house in before = try await bundle(house, size: 0) }
        try await House.with(copy, options: ["--register-key", file]) { house in
            let again = try await bundle(house, size: before.size)
            #expect(again.bundle == before.bundle)
            _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("next", net: 1))
            let after = try await bundle(house, size: 0)
            #expect(isVerified(before.bundle, by: [old]) && !isVerified(before.bundle, by: [new]))
            #expect(isVerified(after.bundle, by: [new]) && !isVerified(after.bundle, by: [old]))
            for bundle in [before.bundle, after.bundle] { #expect(isVerified(bundle, by: [new, old])) }
            // A size more and one less: the list has the bounds of what each key signed.
            _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("last", net: 1))
            for size in [before.size + 2, 1] { _ = try await bundle(house, size: size) }
            try await expectListed(new: new, old: old, oldSize: before.size, house)
        }
    }

    /// The old key stays in the list with what it signed; any member reads it.
    private func expectListed(new: VerificationKey, old: VerificationKey, oldSize: Int64, _ house: House) async throws {
        let keys = try await RegisterServiceClient(try house.client(.itzgrund)).listRegisterKeys(
            .with { $0.register = Founding.consortium }
        ).keys
        #expect(try keys.map(\.publicKey) == [new.pem, old.pem])
        #expect(keys.map(\.current) == [true, false])
        #expect(keys[1].smallestSize <= oldSize && keys[1].largestSize == oldSize)
        #expect(keys[0].smallestSize == 1 && keys[0].largestSize == oldSize + 2)
        #expect(keys[0].firstSignedMicros >= keys[1].lastSignedMicros && keys[1].firstSignedMicros > 0)
        #expect(try keys.map { try NoteVerifier($0.verifierKey).key } == [new, old])
        #expect(keys.allSatisfy { $0.verifierKey.hasPrefix("allmende/\(Founding.consortium)+") })
    }

    private func isVerified(_ bundle: [UInt8], by keys: [VerificationKey]) -> Bool {
        let verifier = BundleVerifier(keys: keys, register: Founding.consortium)
        verifier.feed(bundle)
        return verifier.finish().isVerified
    }

    private func bundle(_ house: House, size: Int64) async throws -> (bundle: [UInt8], size: Int64) {
        let stream = try await ExportServiceClient(try house.client(.auditor)).exportAuditBundle(
            .with {
                $0.consortium = Founding.consortium
                $0.registerSize = size
            })
        var bytes: [UInt8] = []
        while let piece = try await stream.receive() { bytes += piece.data }
        let checkpoint = try await RegisterServiceClient(try house.client(.auditor)).getCheckpoint(
            .with { $0.register = Founding.consortium })
        return (bytes, size == 0 ? checkpoint.size : size)
    }
}
