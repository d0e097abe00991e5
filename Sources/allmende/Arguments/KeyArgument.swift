internal import Foundation
internal import TLS

/// Public keys named on the command line.
enum KeyArgument {
    /// The register's public key in a PEM file.
    static func verificationKey(_ file: String) throws -> VerificationKey {
        guard let pem = FileManager.default.contents(atPath: file) else { throw CommandFailure("Cannot read \(file).") }
        do {
            return try VerificationKey(pem: String(decoding: pem, as: UTF8.self))
        } catch {
            throw CommandFailure("\(file) is no public key of a register: \(error)")
        }
    }
}
