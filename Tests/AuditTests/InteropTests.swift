import Audit
import Foundation
import TLS
import TestSupport
import Testing

/// The second verifier, written in Python from the specification, must come to the same verdicts.
@Suite(.timeLimit(.minutes(5)), .enabled(if: PythonVerifier.isAvailable, "needs python3 with cryptography"))
struct InteropTests {
    @Test func agreesThatABundleVerifies() throws {
        let register = try SampleRegister.make()
        let result = try PythonVerifier.run(register.bundle(), key: register.key.verificationKey.pem)
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("3 usage batches with 9 rows"), "\(result.output)")
        #expect(result.output.contains("2 settlements, 200000.00 EUR"), "\(result.output)")
    }

    @Test func agreesThatAnExcerptVerifies() throws {
        let register = try SampleRegister.make()
        for (metric, rows) in [("cases", 6), ("hours", 3), (nil, 9)] {
            let excerpt = try register.excerpt(metric: metric)
            let result = try PythonVerifier.run(excerpt, key: register.key.verificationKey.pem)
            #expect(result.status == 0, "\(result.output)")
            #expect(result.output.contains("3 usage batches, \(rows) rows of them shown"), "\(result.output)")
        }
    }

    @Test(arguments: [
        ("README.txt", 10), ("checkpoint", 40), ("selection.json", 14), ("nodes.csv", 40), ("entries.binpb", 100),
        ("usage/000000000005.csv", 140), ("usage/000000000005.csv", 200), ("usage/000000000005.csv", 340),
        ("manifest.json", 60),
    ])
    func agreesThatAChangedExcerptDoesNot(_ place: (name: String, offset: Int)) throws {
        let register = try SampleRegister.make()
        var members = try BundleBytes(register.excerpt(metric: "cases"))
        members[place.name][place.offset] ^= 1
        let result = try PythonVerifier.run(members.archive(), key: register.key.verificationKey.pem)
        #expect(result.status == 1, "\(result.output)")
        #expect(result.output.hasPrefix("NOT verified: "), "\(result.output)")
        #expect(try !verify(members.archive()).isVerified)
    }

    @Test(arguments: [
        ("README.txt", 10), ("checkpoint", 40), ("entries.binpb", 200), ("usage/000000000005.csv", 140),
        ("settlements/000000000007.csv", 150), ("manifest.json", 300),
    ])
    func agreesThatAChangedBundleDoesNot(_ place: (name: String, offset: Int)) throws {
        let register = try SampleRegister.make()
        var members = try BundleBytes(register.bundle())
        members[place.name][place.offset] ^= 1
        let result = try PythonVerifier.run(members.archive(), key: register.key.verificationKey.pem)
        #expect(result.status == 1, "\(result.output)")
        #expect(result.output.hasPrefix("NOT verified: "), "\(result.output)")
        #expect(try !verify(members.archive()).isVerified)
    }
}

/// Runs `Tests/interop/verify_bundle.py` on files in a folder of its own.
private enum PythonVerifier {
    static let isAvailable = (try? run(["-c", "import cryptography"]).status) == 0

    private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "interop/verify_bundle.py")

    static func run(_ bundle: [UInt8], key: String) throws -> (status: Int32, output: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (bundleFile, keyFile) = (folder.appending(path: "bundle.tar"), folder.appending(path: "key.pem"))
        try Data(bundle).write(to: bundleFile)
        try Data(key.utf8).write(to: keyFile)
        return try run([script.path(), bundleFile.path(), keyFile.path(), SampleRegister.name])
    }

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        try Command.start(["python3"] + arguments).finish()
    }
}
