/// One text that proves offline that a log has an entry: its position, the path to the root and the signed checkpoint
/// (C2SP tlog-proof).
public struct TlogProof: Sendable, Hashable {
    /// Where the entry is; the size is the checkpoint's.
    public let inclusion: InclusionProof
    /// The checkpoint as published, a signed note.
    public let checkpoint: String

    private static let header = "c2sp.org/tlog-proof@v1"

    /// A proof that was made; nothing is checked.
    public init(inclusion: InclusionProof, checkpoint: String) {
        self.inclusion = inclusion
        self.checkpoint = checkpoint
    }

    /// Reads the text strictly; verifies nothing. An `extra` line, which no signature covers, is skipped.
    ///
    /// Throws `TlogProofError`, or `NoteError` and `CheckpointError` for what is wrong with the checkpoint.
    public init(text: String) throws {
        // On bytes: as characters, a carriage return and a newline would be one.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines.first == Self.header else { throw TlogProofError.wrongHeader }
        var line = 1
        if lines.count > 1, lines[1].hasPrefix("extra ") { line = 2 }
        guard line < lines.count, lines[line].hasPrefix("index "), let index = Int(lines[line].dropFirst(6)),
            index >= 0, "index \(index)" == lines[line]
        else { throw TlogProofError.malformedIndex(line: line + 1) }
        line += 1
        var path: [Hash] = []
        while line < lines.count, !lines[line].isEmpty {
            guard let hash = Base64.decode(lines[line].utf8).flatMap({ Hash($0) }) else {
                throw TlogProofError.malformedHash(line: line + 1)
            }
            path.append(hash)
            line += 1
        }
        guard line < lines.count else { throw TlogProofError.missingCheckpoint }
        checkpoint = lines[(line + 1)...].joined(separator: "\n")
        let claimed = try Checkpoint(text: SignedNote(parsing: Array(checkpoint.utf8)).text)
        inclusion = InclusionProof(index: index, size: claimed.size, path: path)
    }

    /// The text, for a file of type `.tlog-proof`.
    public var text: String {
        let lines = [Self.header, "index \(inclusion.index)"] + inclusion.path.map { Base64.encode($0.bytes) }
        return lines.map { $0 + "\n" }.joined() + "\n" + checkpoint
    }

    /// Verifies the checkpoint's signature, then the path from the leaf hash to its root.
    ///
    /// Throws `NoteError`, `CheckpointError` or `ProofError`.
    /// - Returns: the checkpoint whose log has the leaf.
    @discardableResult
    public func verify(leaf: Hash, verifier: NoteVerifier) throws -> Checkpoint {
        let opened = try Checkpoint.open(Array(checkpoint.utf8), verifier: verifier)
        try inclusion.verify(leaf: leaf, root: opened.root, using: TreeHasher())
        return opened
    }
}

/// Why a text is not a proof.
public enum TlogProofError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The first line names no known version of the format.
    case wrongHeader
    /// Where the index is expected stands something else; lines count from 1.
    case malformedIndex(line: Int)
    /// A line of the path is not the canonical base 64 of 32 bytes; lines count from 1.
    case malformedHash(line: Int)
    /// No empty line and checkpoint follow the path.
    case missingCheckpoint

    public var description: String {
        switch self {
        case .wrongHeader: "the first line is not that of a tlog-proof, version 1"
        case .malformedIndex(let line): "line \(line) is not \"index\" and a decimal number"
        case .malformedHash(let line): "line \(line) is not the base 64 of a hash"
        case .missingCheckpoint: "no checkpoint follows the path"
        }
    }
}
