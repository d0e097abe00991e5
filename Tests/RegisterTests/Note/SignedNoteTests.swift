import Foundation
import Register
import TLS
import Testing

/// The example key and note that implementations of signed-note publish (first in Go's sumdb/note).
enum PublishedNote {
    static let verifier = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let secret = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    static let text = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        """
    static let note =
        text + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUg"
        + "YN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

    static func signer(name: String = "PeterNeumann") throws -> NoteSigner {
        let bytes = try #require(Data(base64Encoded: secret))
        return try NoteSigner(name: name, key: SigningKey(rawBytes: Array(bytes.dropFirst())))
    }
}

@Suite(.timeLimit(.minutes(5)))
struct SignedNoteTests {
    private let published = Array(PublishedNote.note.utf8)

    @Test func thePublishedNoteIsReadVerifiedAndReproduced() throws {
        let verifier = try NoteVerifier(PublishedNote.verifier)
        #expect(verifier.name == "PeterNeumann")
        #expect(verifier.keyID == 0xC74F_20A3)
        #expect(verifier.text == PublishedNote.verifier)
        let note = try SignedNote(parsing: published)
        #expect(note.text == PublishedNote.text)
        #expect(try note.verify(with: [verifier]).map(\.name) == ["PeterNeumann"])
        #expect(note.bytes == published)
        let signer = try PublishedNote.signer()
        #expect(signer.verifier == verifier)
        #expect(try SignedNote(text: PublishedNote.text, signers: [signer]).bytes == published)
    }

    @Test func severalSignaturesAndUnknownKeys() throws {
        let signers = try ["first.example/a", "second.example/b", "third.example/c"].map {
            try NoteSigner(name: $0, key: .generate())
        }
        let note = try SignedNote(parsing: SignedNote(text: "text\n\nwith an empty line\n", signers: signers).bytes)
        #expect(note.text == "text\n\nwith an empty line\n")
        #expect(note.signatures.map(\.name) == signers.map(\.verifier.name))
        let known = [signers[2].verifier, signers[0].verifier]
        #expect(try note.verify(with: known).map(\.name) == ["first.example/a", "third.example/c"])
        #expect(throws: NoteError.noKnownKey(signers: signers.map(\.verifier.name))) { try note.verify(with: []) }
        // The same name with another key, and the same key with another name, are unknown.
        let namesake = try NoteVerifier(name: "first.example/a", key: SigningKey.generate().verificationKey)
        let renamed = try NoteVerifier(name: "first.example/other", key: signers[0].verifier.key)
        #expect(throws: NoteError.self) { try note.verify(with: [namesake, renamed]) }
    }

    @Test func aRepeatedSignatureCountsOnce() throws {
        var note = try SignedNote(parsing: published)
        try note.add(note.signatures[0])
        let again = try SignedNote(parsing: note.bytes)
        #expect(again.signatures.count == 2)
        #expect(try again.verify(with: [NoteVerifier(PublishedNote.verifier)]).count == 1)
    }

    @Test func aWrongSignatureOfAKnownKeyCondemnsTheNote() throws {
        let verifier = try NoteVerifier(PublishedNote.verifier)
        let changed = PublishedNote.note.replacing("cryptography", with: "cryptographY")
        #expect(throws: NoteError.wrongSignature(keyName: "PeterNeumann")) {
            try SignedNote(parsing: Array(changed.utf8)).verify(with: [verifier])
        }
        let other = try NoteSigner(name: "other.example", key: .generate())
        var note = try SignedNote(parsing: Array(changed.utf8))
        try note.add(SignedNote(text: note.text, signers: [other]).signatures[0])
        #expect(throws: NoteError.wrongSignature(keyName: "PeterNeumann")) {
            try note.verify(with: [verifier, other.verifier])
        }
    }

    @Test func everyFlippedBitOfANoteFails() throws {
        let verifier = try NoteVerifier(PublishedNote.verifier)
        var accepted: [Int] = []
        for bit in 0..<(8 * published.count) {
            var mutated = published
            mutated[bit / 8] ^= 1 << UInt8(bit % 8)
            if let note = try? SignedNote(parsing: mutated), (try? note.verify(with: [verifier])) != nil {
                accepted.append(bit)
            }
        }
        #expect(accepted.isEmpty)
    }

    static let malformed: [(note: String, error: NoteError)] = [
        ("", .missingFinalNewline),
        ("text", .missingFinalNewline),
        ("text\n", .missingSeparator),
        ("text\n— name AAAAAAA=\n", .missingSeparator),
        ("\n— name AAAAAAA=\n", .missingSeparator),
        ("text\n\n", .missingSignature),
        ("text\n\n— name AAAAAAA=\n\n", .missingSignature),
        ("text\n\n— name AAAAAAA=", .missingFinalNewline),
        ("text\r\n\n— name AAAAAAA=\n", .controlCharacter(offset: 4)),
        ("te\u{0}xt\n\n— name AAAAAAA=\n", .controlCharacter(offset: 2)),
        ("text\n\n— name\tAAAAAAA=\n", .controlCharacter(offset: 14)),
        ("text\n\n- name AAAAAAA=\n", .malformedSignatureLine(line: 3)),
        ("text\n\n—name AAAAAAA=\n", .malformedSignatureLine(line: 3)),
        ("text\n\n— name\n", .malformedSignatureLine(line: 3)),
        ("a\n\nb\n\n— name AAAAAAA=\nno\n", .malformedSignatureLine(line: 6)),
        ("text\n\n—  AAAAAAA=\n", .invalidKeyName("")),
        ("text\n\n— na+me AAAAAAA=\n", .invalidKeyName("na+me")),
        ("text\n\n— na\u{A0}me AAAAAAA=\n", .invalidKeyName("na\u{A0}me")),
        ("text\n\n— name  AAAAAAA=\n", .malformedSignature(line: 3)),
        ("text\n\n— name AAAAAAA= \n", .malformedSignature(line: 3)),
        ("text\n\n— name AAAAAAA\n", .malformedSignature(line: 3)),
        ("text\n\n— name AAAAAAB=\n", .malformedSignature(line: 3)),
        ("text\n\n— name AAAAAA==\n", .malformedSignature(line: 3)),
        ("text\n\n— name AAAA-AA=\n", .malformedSignature(line: 3)),
        ("text\n\n— name A===\n", .malformedSignature(line: 3)),
    ]

    @Test(arguments: malformed)
    func malformedNotesSayWhy(note: String, error: NoteError) {
        #expect(throws: error) { try SignedNote(parsing: Array(note.utf8)) }
    }

    @Test func bytesThatAreNoText() {
        #expect(throws: NoteError.notUTF8) { try SignedNote(parsing: [0xFF] + published) }
    }

    @Test func limitsHoldAtTheLimitAndOnePast() throws {
        let line = "— name AAAAAAA=\n"
        let most = "text\n\n" + String(repeating: line, count: SignedNote.maximumSignatures)
        var note = try SignedNote(parsing: Array(most.utf8))
        #expect(note.signatures.count == SignedNote.maximumSignatures)
        let tooMany = NoteError.tooManySignatures(found: SignedNote.maximumSignatures + 1)
        #expect(throws: tooMany) { try SignedNote(parsing: Array((most + line).utf8)) }
        #expect(throws: tooMany) { try note.add(note.signatures[0]) }
        #expect(note.signatures.count == SignedNote.maximumSignatures)
        let end = "\n\n" + line
        let text = String(repeating: "x", count: SignedNote.maximumBytes - end.utf8.count)
        #expect(try SignedNote(parsing: Array((text + end).utf8)).text == text + "\n")
        #expect(throws: NoteError.tooLarge(found: SignedNote.maximumBytes + 1)) {
            try SignedNote(parsing: Array(("x" + text + end).utf8))
        }
    }

    @Test func textsThatCannotBeSignedAreRefused() throws {
        let signer = try PublishedNote.signer()
        #expect(throws: NoteError.missingFinalNewline) { try SignedNote(text: "text", signers: [signer]) }
        #expect(throws: NoteError.controlCharacter(offset: 1)) { try SignedNote(text: "a\tb\n", signers: [signer]) }
        #expect(throws: NoteError.missingSignature) { try SignedNote(text: "text\n", signers: []) }
    }

    static let malformedKeys: [(text: String, error: VerifierKeyError)] = [
        ("", .malformed),
        ("name+c74f20a3", .malformed),
        (
            "Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            .keyIDMismatch(expected: 0x428D_3EED, found: 0xC74F_20A3)
        ),
        ("PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .malformedKeyID("c74f20a")),
        ("PeterNeumann+c74f20ag+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .malformedKeyID("c74f20ag")),
        ("PeterNeumann+c74f20a3+", .malformedKey),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T", .malformedKey),
        ("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .unsupportedAlgorithm(0x65)),
        ("PeterNeumann+c74f20a3+ARpc", .unusableKey(.wrongLength(found: 2))),
        ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .invalidName("Peter Neumann")),
        ("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .invalidName("")),
    ]

    @Test(arguments: malformedKeys)
    func malformedVerifierKeysSayWhy(text: String, error: VerifierKeyError) {
        #expect(throws: error) { try NoteVerifier(text) }
    }
}
