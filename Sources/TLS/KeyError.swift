internal import Glibc

/// Why a key could not be read, written or used.
public enum KeyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file could not be opened or read; with the system's error number.
    case unreadableFile(path: String, errno: Int32)
    /// The file could not be created or written; with the system's error number.
    case unwritableFile(path: String, errno: Int32)
    /// A key file is a few hundred bytes; this one is larger than 16 KiB.
    case fileTooLarge(path: String)
    /// The text holds no PEM block of the expected kind, or a damaged or encrypted one.
    case malformedPEM(expected: String)
    /// The PEM block holds a key of another algorithm.
    case notEd25519(found: String)
    /// A raw Ed25519 key, private or public, has 32 bytes.
    case wrongLength(found: Int)
    /// OpenSSL refused an operation that cannot fail for a valid key.
    case operationFailed(String)

    public var description: String {
        switch self {
        case .unreadableFile(let path, let number): "key file \(path) cannot be read: \(Self.reason(number))"
        case .unwritableFile(let path, let number): "key file \(path) cannot be written: \(Self.reason(number))"
        case .fileTooLarge(let path): "key file \(path) is larger than \(KeyFile.maximumBytes) bytes"
        case .malformedPEM(let expected): "no readable, unencrypted PEM block \"\(expected)\""
        case .notEd25519(let found): "the key is \(found), not Ed25519"
        case .wrongLength(let found): "a raw Ed25519 key has 32 bytes, not \(found)"
        case .operationFailed(let operation): "OpenSSL failed to \(operation)"
        }
    }

    private static func reason(_ number: Int32) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }
}
