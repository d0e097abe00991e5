internal import Domain
internal import Foundation
internal import Register

/// The witnesses whose co-signatures on checkpoints are taken and served.
public struct Witnesses: Sendable {
    private let verifiers: [NoteVerifier]

    /// No witnesses.
    public init() {
        verifiers = []
    }

    /// Reads verifier keys of type 0x04, one a line; empty lines and lines that begin with `#` are skipped.
    ///
    /// Throws `VerifierKeyError`, or what reading the file throws.
    public init(file: String) throws {
        verifiers = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
            .map { line in
                let verifier = try NoteVerifier(String(line))
                guard verifier.type == .cosignature else {
                    throw VerifierKeyError.unsupportedAlgorithm(verifier.type.rawValue)
                }
                return verifier
            }
    }

    /// The valid signatures of witnesses on a note, at least one, by the name of the key.
    func signatures(on note: SignedNote) throws -> [(name: String, line: String)] {
        do {
            return try note.verify(with: verifiers).map { ($0.name, $0.line) }
        } catch {
            throw Failure.invalid("checkpoint", "must bear the valid signature of a known witness: \(error)")
        }
    }
}
