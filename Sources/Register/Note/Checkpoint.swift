public import TLS

/// The state of a log that its key commits to: origin, size and root (C2SP tlog-checkpoint).
public struct Checkpoint: Sendable, Hashable {
    /// Which log: unique, and the name of the key that signs.
    public let origin: String
    /// Number of entries.
    public let size: Int
    /// RFC 6962 root over them.
    public let root: Hash
    /// Further signed lines, in order, without newlines.
    public let extensions: [String]

    /// A checkpoint; refuses what could not be written as one.
    public init(origin: String, size: Int, root: Hash, extensions: [String] = []) throws(CheckpointError) {
        guard Self.isLine(origin) else { throw .invalidOrigin(origin) }
        guard size >= 0 else { throw .malformedSize(String(size)) }
        if let offset = extensions.firstIndex(where: { !Self.isLine($0) }) { throw .invalidExtension(offset + 1) }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads the text of a note strictly.
    public init(text: String) throws(CheckpointError) {
        // On bytes: as characters, a carriage return and a newline would be one.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines.count >= 4, lines.last?.isEmpty == true else { throw .tooFewLines }
        guard let size = Int(lines[1]), String(size).utf8.elementsEqual(lines[1].utf8), size >= 0 else {
            throw .malformedSize(lines[1])
        }
        guard let root = Base64.decode(lines[2].utf8).flatMap({ Hash($0) }) else { throw .malformedRoot(lines[2]) }
        try self.init(origin: lines[0], size: size, root: root, extensions: Array(lines[3...].dropLast()))
    }

    /// The text to sign, with its final newline.
    public var text: String {
        ([origin, String(size), Base64.encode(root.bytes)] + extensions).map { $0 + "\n" }.joined()
    }

    /// The checkpoint as a note signed by the log, whose key bears the origin's name, and possibly others.
    ///
    /// Throws `CheckpointError` where the names differ, else what `SignedNote` throws.
    public func signed(by log: NoteSigner, and others: [NoteSigner] = []) throws -> SignedNote {
        guard log.verifier.name.utf8.elementsEqual(origin.utf8) else {
            throw CheckpointError.unexpectedOrigin(expected: origin, found: log.verifier.name)
        }
        return try SignedNote(text: text, signers: [log] + others)
    }

    /// Reads a published note, verifies the log's signature, and reads its checkpoint.
    ///
    /// The origin must be the verifier's name. Throws `NoteError` or `CheckpointError`.
    public static func open(_ note: [UInt8], verifier: NoteVerifier) throws -> Checkpoint {
        let note = try SignedNote(parsing: note)
        try note.verify(with: [verifier])
        let checkpoint = try Checkpoint(text: note.text)
        guard checkpoint.origin.utf8.elementsEqual(verifier.name.utf8) else {
            throw CheckpointError.unexpectedOrigin(expected: verifier.name, found: checkpoint.origin)
        }
        return checkpoint
    }

    /// As `open(_:verifier:)` with a bare public key: the key's name is the origin that the note itself states. One key
    /// may sign for many logs, so the caller compares the origin with the log it means.
    ///
    /// Throws `NoteError`, `CheckpointError`, or `VerifierKeyError` where the origin cannot be a key name.
    public static func open(_ note: [UInt8], key: VerificationKey) throws -> Checkpoint {
        let claimed = try Checkpoint(text: SignedNote(parsing: note).text)
        return try open(note, verifier: NoteVerifier(name: claimed.origin, key: key))
    }

    private static func isLine(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 }
    }
}
