internal import Domain
internal import Foundation
internal import TLS

/// SHA-256 of files that a change refers to but does not carry.
enum FileDigest {
    /// 32 bytes: of the file, read piece by piece, or of the digest given in hexadecimal digits.
    ///
    /// - Throws: `CommandFailure` when the file cannot be read.
    static func bytes(of file: String?, or digest: String?) throws -> [UInt8] {
        if let digest {
            return try Arguments.read { () throws(Failure) in try Digest32(digest, field: "the digest") }.bytes
        }
        guard let file, let handle = FileHandle(forReadingAtPath: file) else {
            throw CommandFailure("Cannot read \(file ?? "the file").")
        }
        defer { try? handle.close() }
        let hasher = SHA256Hasher()
        do {
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
                piece.withUnsafeBytes { hasher.update($0) }
            }
        } catch {
            throw CommandFailure("Cannot read \(file): \(error.localizedDescription)")
        }
        return hasher.finish()
    }
}
