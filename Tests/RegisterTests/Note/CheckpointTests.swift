import Register
import TLS
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CheckpointTests {
    private let origin = "allmende.example/consortium/42"
    private let root = TreeHasher().leaf(Array("entry".utf8))

    private func signer() throws -> NoteSigner {
        try NoteSigner(name: origin, key: .generate())
    }

    @Test func aCheckpointSurvivesSigningAndReading() throws {
        let signer = try signer()
        for extensions in [[], ["one"], ["one", "two + three"]] {
            let checkpoint = try Checkpoint(origin: origin, size: 20_852_163, root: root, extensions: extensions)
            let note = try checkpoint.signed(by: signer).bytes
            #expect(try Checkpoint.open(note, verifier: signer.verifier) == checkpoint)
            #expect(try Checkpoint.open(note, verifier: NoteVerifier(signer.verifier.text)) == checkpoint)
            let key = try VerificationKey(pem: signer.verifier.key.pem)
            #expect(try Checkpoint.open(note, key: key) == checkpoint)
        }
    }

    /// The example of tlog-checkpoint.
    @Test func theTextIsAsSpecified() throws {
        let text = """
            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            """
        let checkpoint = try Checkpoint(text: text)
        #expect(checkpoint.origin == "example.com/behind-the-sofa")
        #expect(checkpoint.size == 20_852_163)
        #expect(checkpoint.root.hex == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")
        #expect(checkpoint.text == text)
    }

    /// A log's note with the example co-signature of tlog-cosignature, an algorithm unknown here.
    @Test func witnessesAreCarriedAlong() throws {
        let signer = try signer()
        let witness =
            "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI"
            + "5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
        let checkpoint = try Checkpoint(origin: origin, size: 7, root: root)
        let bytes = try checkpoint.signed(by: signer).bytes + Array(witness.utf8)
        #expect(try Checkpoint.open(bytes, verifier: signer.verifier) == checkpoint)
        let note = try SignedNote(parsing: bytes)
        #expect(note.signatures.count == 2)
        #expect(note.bytes == bytes)
        let second = try NoteSigner(name: "office.example/second", key: .generate())
        let joint = try checkpoint.signed(by: signer, and: [second])
        #expect(try joint.verify(with: [second.verifier, signer.verifier]).count == 2)
    }

    @Test func aWitnessSignsWhatItSawAndWhen() throws {
        let signer = try signer()
        let checkpoint = try Checkpoint(origin: origin, size: 7, root: root)
        let key = try SigningKey.generate()
        let line = try NoteSigner.cosign(checkpoint, name: "witness.example/w1", key: key, seconds: 1_679_315_147)
        #expect(line.cosignatureTime == 1_679_315_147)
        var note = try checkpoint.signed(by: signer)
        try note.add(line)
        let witness = try NoteVerifier(name: "witness.example/w1", key: key.verificationKey, type: .cosignature)
        #expect(try NoteVerifier(witness.text) == witness)
        #expect(try note.verify(with: [witness]) == [line])
        // The same key as a log's has another id, so its signature is not taken for a log's.
        let log = try NoteVerifier(name: "witness.example/w1", key: key.verificationKey)
        #expect(throws: NoteError.self) { try note.verify(with: [log]) }

        let later = try Checkpoint(origin: origin, size: 8, root: root)
        var other = try later.signed(by: signer)
        try other.add(line)
        #expect(throws: NoteError.wrongSignature(keyName: "witness.example/w1")) { try other.verify(with: [witness]) }
    }

    @Test func anotherKeyOrOriginIsRefused() throws {
        let (signer, stranger) = try (signer(), signer())
        let checkpoint = try Checkpoint(origin: origin, size: 7, root: root)
        let note = try checkpoint.signed(by: signer).bytes
        #expect(throws: NoteError.noKnownKey(signers: [origin])) {
            try Checkpoint.open(note, verifier: stranger.verifier)
        }
        #expect(throws: NoteError.noKnownKey(signers: [origin])) {
            try Checkpoint.open(note, key: stranger.verifier.key)
        }
        let other = try NoteSigner(name: "other.example", key: .generate())
        #expect(throws: CheckpointError.unexpectedOrigin(expected: origin, found: "other.example")) {
            try checkpoint.signed(by: other)
        }
        // A key that is trusted for its own log says nothing about this one.
        let foreign = try SignedNote(text: checkpoint.text, signers: [other]).bytes
        #expect(throws: CheckpointError.unexpectedOrigin(expected: "other.example", found: origin)) {
            try Checkpoint.open(foreign, verifier: other.verifier)
        }
    }

    static let hash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    static let malformed: [(text: String, error: CheckpointError)] = [
        ("", .tooFewLines),
        ("origin\n", .tooFewLines),
        ("origin\n1\n", .tooFewLines),
        ("origin\n1\n\(hash)", .tooFewLines),
        ("\n1\n\(hash)\n", .invalidOrigin("")),
        ("origin\n\n\(hash)\n", .malformedSize("")),
        ("origin\n01\n\(hash)\n", .malformedSize("01")),
        ("origin\n+1\n\(hash)\n", .malformedSize("+1")),
        ("origin\n-1\n\(hash)\n", .malformedSize("-1")),
        ("origin\n-0\n\(hash)\n", .malformedSize("-0")),
        ("origin\n1 \n\(hash)\n", .malformedSize("1 ")),
        ("origin\n1\r\n\(hash)\n", .malformedSize("1\r")),
        ("origin\n0x1\n\(hash)\n", .malformedSize("0x1")),
        ("origin\n١\n\(hash)\n", .malformedSize("١")),
        ("origin\n9223372036854775808\n\(hash)\n", .malformedSize("9223372036854775808")),
        ("origin\n1\n\n", .malformedRoot("")),
        ("origin\n1\nAAAA\n", .malformedRoot("AAAA")),
        ("origin\n1\n\(hash) \n", .malformedRoot("\(hash) ")),
        ("origin\n1\n\(hash.dropLast())\n", .malformedRoot(String(hash.dropLast()))),
        ("origin\n1\n\(hash.dropLast(2))J=\n", .malformedRoot("\(hash.dropLast(2))J=")),
        ("origin\n1\n\(hash)\n\n", .invalidExtension(1)),
        ("origin\n1\n\(hash)\nextra\n\nmore\n", .invalidExtension(2)),
        ("origin\n1\n\(hash)\nextra\n\tmore\n", .invalidExtension(2)),
    ]

    @Test(arguments: malformed)
    func malformedCheckpointsSayWhy(text: String, error: CheckpointError) {
        #expect(throws: error) { try Checkpoint(text: text) }
    }

    @Test func whatCannotBeReadAgainIsNotMade() throws {
        #expect(throws: CheckpointError.invalidOrigin("a\nb")) { try Checkpoint(origin: "a\nb", size: 1, root: root) }
        #expect(throws: CheckpointError.malformedSize("-1")) { try Checkpoint(origin: "a", size: -1, root: root) }
        #expect(throws: CheckpointError.invalidExtension(1)) {
            try Checkpoint(origin: "a", size: 1, root: root, extensions: [""])
        }
        let largest = try Checkpoint(origin: "a", size: Int.max, root: root)
        #expect(try Checkpoint(text: largest.text) == largest)
    }
}
