internal import Domain
internal import Foundation
internal import Register
internal import TLS

/// Where the newest published checkpoint of every register is kept outside the database, one file each: a database that
/// was restored from an older backup, or edited, is held against it before anything is signed again.
///
/// Servers may share the directory over a file system with locks. What lies here is trusted as far as the directory is.
public struct CheckpointDirectory: Sendable {
    private let path: String

    /// - Parameter path: a directory; it and what is below are made when missing.
    public init(path: String) {
        self.path = path
    }

    /// The newest checkpoint published under an origin; nil before the first.
    func newest(_ origin: String) async throws -> Checkpoint? {
        try await note(origin).map { try Self.checkpoint($0, origin) }
    }

    /// The same as it was published.
    func note(_ origin: String) async throws -> String? {
        try await blocking { try read(origin) }
    }

    /// Keeps a signed checkpoint unless a newer one is there; durable when this returns.
    func publish(_ note: String, of checkpoint: Checkpoint) async throws {
        try await blocking {
            let folder = folder(checkpoint.origin)
            try make(folder)
            let lock = try Descriptor(open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644), folder + "/lock")
            defer { lock.close() }
            guard flock(lock.number, LOCK_EX) == 0 else { throw CheckpointFileError(folder + "/lock", errno) }
            if let kept = try read(checkpoint.origin),
                try Self.checkpoint(kept, checkpoint.origin).size >= checkpoint.size
            {
                return
            }
            try replace(folder + "/checkpoint", with: Array(note.utf8), in: folder)
        }
    }

    private func folder(_ origin: String) -> String { path + "/" + origin }

    private func make(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            let cause = (error as? CocoaError)?.underlying as? POSIXError
            throw CheckpointFileError(folder, cause?.code.rawValue ?? EIO)
        }
    }

    private func read(_ origin: String) throws -> String? {
        let file = folder(origin) + "/checkpoint"
        guard let bytes = FileManager.default.contents(atPath: file) else {
            guard access(file, F_OK) != 0, errno == ENOENT else { throw CheckpointFileError(file, errno) }
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func checkpoint(_ note: String, _ origin: String) throws -> Checkpoint {
        let checkpoint = try Checkpoint(text: SignedNote(parsing: Array(note.utf8)).text)
        guard checkpoint.origin == origin else {
            throw CheckpointError.unexpectedOrigin(expected: origin, found: checkpoint.origin)
        }
        return checkpoint
    }

    /// Readers see the old file or the new one, also after a power cut.
    private func replace(_ file: String, with bytes: [UInt8], in folder: String) throws {
        let draft = file + ".new"
        let new = try Descriptor(open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644), draft)
        defer { new.close() }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { pending in
                write(new.number, pending.baseAddress?.advanced(by: written), pending.count - written)
            }
            guard count > 0 || errno == EINTR else { throw CheckpointFileError(draft, errno) }
            written += max(0, count)
        }
        guard fsync(new.number) == 0, rename(draft, file) == 0 else { throw CheckpointFileError(file, errno) }
        let directory = try Descriptor(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), folder)
        defer { directory.close() }
        guard fsync(directory.number) == 0 else { throw CheckpointFileError(folder, errno) }
    }

    /// Files may block: never on an event loop.
    private func blocking<T: Sendable>(_ body: @Sendable @escaping () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
        }
    }
}

/// An open file.
private struct Descriptor {
    let number: Int32

    init(_ number: Int32, _ path: String) throws {
        guard number >= 0 else { throw CheckpointFileError(path, errno) }
        self.number = number
    }

    func close() { _ = Foundation.close(number) }
}

/// A file of the checkpoint directory that cannot be read or written.
struct CheckpointFileError: Error, CustomStringConvertible {
    let path: String
    let code: Int32

    init(_ path: String, _ code: Int32) {
        self.path = path
        self.code = code
    }

    var description: String { "\(path): \(String(cString: strerror(code)))" }
}
