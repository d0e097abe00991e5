internal import TLS

/// A text signed by one or more keys (C2SP signed-note).
///
/// A parsed note is not yet a trusted one: read its text only after `verify`.
public struct SignedNote: Sendable, Hashable {
    /// Limit on a whole note: room for a checkpoint and many post-quantum co-signatures.
    public static let maximumBytes = 256 * 1024
    /// Limit on signature lines.
    public static let maximumSignatures = 64

    /// The signed text with its final newline.
    public let text: String
    /// All signature lines in their order, those of unknown keys included.
    public private(set) var signatures: [NoteSignature]

    /// Signs a text, which ends with a newline, in the order of the signers. Throws `NoteError` or `KeyError`.
    public init(text: String, signers: [NoteSigner]) throws {
        let bytes = Array(text.utf8)
        try Self.checkCharacters(bytes)
        guard bytes.last == Self.newline else { throw NoteError.missingFinalNewline }
        guard !signers.isEmpty else { throw NoteError.missingSignature }
        self.text = text
        signatures = try signers.map { try $0.sign(bytes) }
        try checkLimits()
    }

    /// Reads a note strictly; verifies nothing.
    public init(parsing bytes: [UInt8]) throws(NoteError) {
        guard bytes.count <= Self.maximumBytes else { throw .tooLarge(found: bytes.count) }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        try Self.checkCharacters(bytes)
        guard bytes.last == Self.newline else { throw .missingFinalNewline }
        guard let separator = Self.lastEmptyLine(bytes) else { throw .missingSeparator }
        let textBytes = bytes[..<separator]
        text = String(decoding: textBytes, as: UTF8.self)
        let lines = bytes[(separator + 1)...].split(separator: Self.newline, omittingEmptySubsequences: false)
            .dropLast()
        guard !lines.isEmpty else { throw .missingSignature }
        guard lines.count <= Self.maximumSignatures else { throw .tooManySignatures(found: lines.count) }
        let linesAbove = textBytes.count { $0 == Self.newline } + 1
        signatures = []
        for (offset, line) in lines.enumerated() {
            signatures.append(try NoteSignature(line: line, number: linesAbove + offset + 1))
        }
    }

    /// The note as published.
    public var bytes: [UInt8] {
        Array((text + "\n" + signatures.map(\.line).joined()).utf8)
    }

    /// Adds a signature, for example a witness's.
    public mutating func add(_ signature: NoteSignature) throws(NoteError) {
        signatures.append(signature)
        do {
            try checkLimits()
        } catch {
            signatures.removeLast()
            throw error
        }
    }

    /// The signatures of known keys, one per key, all valid and at least one.
    ///
    /// Signatures of other keys are ignored. One wrong signature of a known key condemns the whole note, as signed-note
    /// recommends.
    @discardableResult
    public func verify(with verifiers: [NoteVerifier]) throws(NoteError) -> [NoteSignature] {
        let signed = Array(text.utf8)
        var verified: [NoteSignature] = []
        for signature in signatures {
            let candidates = verifiers.filter { $0.matches(signature) }
            guard !candidates.isEmpty else { continue }
            guard candidates.contains(where: { $0.verify(signature, over: signed) }) else {
                throw .wrongSignature(keyName: signature.name)
            }
            if !verified.contains(signature) { verified.append(signature) }
        }
        guard !verified.isEmpty else { throw .noKnownKey(signers: signatures.map(\.name)) }
        return verified
    }

    private static let newline = UInt8(ascii: "\n")

    private func checkLimits() throws(NoteError) {
        guard signatures.count <= Self.maximumSignatures else { throw .tooManySignatures(found: signatures.count) }
        let count = bytes.count
        guard count <= Self.maximumBytes else { throw .tooLarge(found: count) }
    }

    private static func checkCharacters(_ bytes: [UInt8]) throws(NoteError) {
        if let offset = bytes.firstIndex(where: { $0 < 0x20 && $0 != newline }) {
            throw .controlCharacter(offset: offset)
        }
    }

    /// The offset of the newline that is a line of its own, the last such.
    private static func lastEmptyLine(_ bytes: [UInt8]) -> Int? {
        bytes.indices.dropFirst().last { bytes[$0] == newline && bytes[$0 - 1] == newline }
    }
}
