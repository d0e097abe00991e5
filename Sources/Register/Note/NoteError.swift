/// Why bytes are not a signed note (C2SP signed-note), or why the note is not to be trusted.
public enum NoteError: Error, Sendable, Equatable {
    /// Longer than `SignedNote.maximumBytes`.
    case tooLarge(found: Int)
    /// Not valid UTF-8.
    case notUTF8
    /// An ASCII control character other than the newline; with its offset in bytes.
    case controlCharacter(offset: Int)
    /// The text, or the last line of the note, has no newline at its end.
    case missingFinalNewline
    /// No empty line separates the text from signatures.
    case missingSeparator
    /// Nothing follows the last empty line.
    case missingSignature
    /// A line below the last empty line that does not read "— name base64"; lines count from 1.
    case malformedSignatureLine(line: Int)
    /// The base 64 of a signature line is not canonical or too short for a key id and a signature.
    case malformedSignature(line: Int)
    /// More than `SignedNote.maximumSignatures`.
    case tooManySignatures(found: Int)
    /// A key name is empty, or holds a space, a plus sign or a control character.
    case invalidKeyName(String)
    /// A known key did not make the signature that bears its name and id.
    case wrongSignature(keyName: String)
    /// No known key signed; these did.
    case noKnownKey(signers: [String])
}

extension NoteError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLarge(let found): "a note of \(found) bytes exceeds the limit of \(SignedNote.maximumBytes)"
        case .notUTF8: "the note is not valid UTF-8"
        case .controlCharacter(let offset): "the note has a control character at byte \(offset)"
        case .missingFinalNewline: "the note does not end with a newline"
        case .missingSeparator: "no empty line separates the note's text from its signatures"
        case .missingSignature: "the note has no signature"
        case .malformedSignatureLine(let line): "line \(line) is not a signature line"
        case .malformedSignature(let line): "line \(line) has a malformed signature"
        case .tooManySignatures(let found): "\(found) signatures exceed the limit of \(SignedNote.maximumSignatures)"
        case .invalidKeyName(let name): "\"\(name)\" is not a key name"
        case .wrongSignature(let name): "the signature of \"\(name)\" is wrong"
        case .noKnownKey(let signers): "no known key signed the note, only: \(signers.joined(separator: ", "))"
        }
    }
}
