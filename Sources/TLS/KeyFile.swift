internal import Glibc

/// Reading and writing of key files.
enum KeyFile {
    /// An Ed25519 PEM file has about 120 bytes; the rest is room for comments.
    static let maximumBytes = 16 * 1024

    static func read(_ path: String) throws(KeyError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadableFile(path: path, errno: errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { unfilled in
                Glibc.read(descriptor, unfilled.baseAddress?.advanced(by: filled), unfilled.count - filled)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .unreadableFile(path: path, errno: errno) }
            if count == 0 { return String(decoding: bytes.prefix(filled), as: UTF8.self) }
            filled += count
        }
        throw .fileTooLarge(path: path)
    }

    static func write(_ text: String, to path: String, mode: mode_t) throws(KeyError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .unwritableFile(path: path, errno: errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { pending in
                Glibc.write(descriptor, pending.baseAddress?.advanced(by: written), pending.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .unwritableFile(path: path, errno: errno) }
            written += count
        }
    }
}
