internal import Register
internal import TLS

/// What the checkpoint of a bundle says, and who signed it.
struct CheckpointCheck {
    let checkpoint: Checkpoint
    let register: String
    let signers: [String]

    /// Reads a note. What makes it unreadable is a failure and gives nil; a wrong signature is a failure too, but the
    /// rest of the bundle can still be held against what it says.
    init?(_ note: [UInt8], keys: [VerificationKey], register expected: String?, findings: inout Findings) {
        let place = BundleFormat.checkpointName
        let signed: SignedNote
        let checkpoint: Checkpoint
        do {
            signed = try SignedNote(parsing: note)
            checkpoint = try Checkpoint(text: signed.text)
        } catch {
            findings.fail(place, String(describing: error))
            return nil
        }
        guard let register = BundleFormat.register(origin: checkpoint.origin) else {
            findings.fail(place, "the origin \"\(checkpoint.origin)\" is not that of a register")
            return nil
        }
        self.checkpoint = checkpoint
        self.register = register
        if let expected, !expected.utf8.elementsEqual(register.utf8) {
            findings.fail(place, "the checkpoint is of the register \"\(register)\", not \"\(expected)\"")
        }
        do {
            let verifiers = try keys.map { try NoteVerifier(name: checkpoint.origin, key: $0) }
            let verified = try signed.verify(with: verifiers)
            signers = verified.map(Self.text)
            for other in signed.signatures where !verified.contains(other) {
                findings.note("checkpoint: the signature of \(Self.text(other)) was not checked, its key is not known")
            }
        } catch {
            findings.fail(place, String(describing: error))
            signers = []
        }
        for line in checkpoint.extensions { findings.note("checkpoint: has the extension line \"\(line)\"") }
    }

    private static func text(_ signature: NoteSignature) -> String {
        let digits = String(signature.keyID, radix: 16)
        return "\(signature.name), key id \(String(repeating: "0", count: 8 - digits.utf8.count))\(digits)"
    }
}
