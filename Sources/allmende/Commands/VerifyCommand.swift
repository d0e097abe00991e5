internal import ArgumentParser
internal import Audit
internal import Foundation
internal import TLS
internal import Terminal

/// `allmende verify`: whether an audit bundle or an excerpt is what was recorded; without network and without database.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verifies an audit bundle or an excerpt offline.",
        discussion: "Exit code 0 means that every content of the file was hashed again and nothing is broken.")

    @Argument(help: "The bundle or the excerpt, a tar file.")
    var bundle: String
    @Option(
        name: .customLong("key"),
        help: "PEM file with the register's public key; once more for each key that it had before.")
    var keys: [String]
    @Option(help: "The consortium that the bundle must be of; any when left out.")
    var consortium: String?

    func run() async throws {
        let report = try verify(keys.map(KeyArgument.verificationKey))
        Device.print(VerificationText.text(report, of: bundle))
        if !report.isVerified { throw ExitCode.failure }
    }

    func validate() throws {
        guard !keys.isEmpty else { throw ValidationError("Give the register's public key with --key.") }
    }

    private func verify(_ publicKeys: [VerificationKey]) throws -> VerificationReport {
        guard let handle = FileHandle(forReadingAtPath: bundle) else { throw CommandFailure("Cannot read \(bundle).") }
        defer { try? handle.close() }
        let size = try? FileManager.default.attributesOfItem(atPath: bundle)[.size] as? Int
        var bar = ProgressBar(
            "Verifying", unit: "bytes", total: size, isTerminal: Device.drawsProgress, now: Device.now,
            write: Device.remark)
        let verifier = AuditVerifier(keys: publicKeys, register: consortium.map(Names.consortium))
        var done = 0
        do {
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
                piece.withUnsafeBytes { verifier.feed($0) }
                done += piece.count
                bar.update(done, now: Device.now)
            }
        } catch {
            throw CommandFailure("Cannot read \(bundle): \(error.localizedDescription)")
        }
        bar.finish(done, now: Device.now)
        return verifier.finish()
    }
}
