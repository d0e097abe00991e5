import Register
import TLS
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TlogProofTests {
    private let hasher = TreeHasher()
    private let leaves = (0..<11).map { TreeHasher().leaf(Array("entry \($0)".utf8)) }

    private func proof(of index: Int, by signer: NoteSigner) throws -> TlogProof {
        let tree = MerkleTree(leaves: leaves, using: hasher)
        let checkpoint = try Checkpoint(
            origin: signer.verifier.name, size: tree.size, root: tree.root(using: hasher))
        return TlogProof(
            inclusion: try tree.inclusionProof(index: index, size: tree.size, using: hasher),
            checkpoint: String(decoding: try checkpoint.signed(by: signer).bytes, as: UTF8.self))
    }

    @Test func theTextHoldsAllThatVerificationNeeds() throws {
        let signer = try NoteSigner(name: "example.com/log", key: .generate())
        for index in leaves.indices {
            let proof = try proof(of: index, by: signer)
            #expect(proof.text.hasPrefix("c2sp.org/tlog-proof@v1\nindex \(index)\n"))
            let read = try TlogProof(text: proof.text)
            #expect(read == proof)
            #expect(try read.verify(leaf: leaves[index], verifier: signer.verifier).size == 11)
            #expect(throws: ProofError.self) {
                try read.verify(leaf: leaves[(index + 1) % leaves.count], verifier: signer.verifier)
            }
        }
    }

    @Test func anExtraLineIsSkipped() throws {
        let signer = try NoteSigner(name: "example.com/log", key: .generate())
        let proof = try proof(of: 4, by: signer)
        let text = proof.text.replacing("@v1\n", with: "@v1\nextra YWxsbWVuZGU=\n", maxReplacements: 1)
        #expect(try TlogProof(text: text) == proof)
    }

    @Test func anotherLogsKeyIsRefused() throws {
        let signer = try NoteSigner(name: "example.com/log", key: .generate())
        let other = try NoteSigner(name: "example.com/log", key: .generate())
        let proof = try proof(of: 4, by: signer)
        #expect(throws: NoteError.self) { try proof.verify(leaf: leaves[4], verifier: other.verifier) }
    }

    @Test func malformedTextsAreNamed() throws {
        let text = try proof(of: 4, by: NoteSigner(name: "example.com/log", key: .generate())).text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        func with(_ line: Int, _ replacement: String) -> String {
            var changed = lines
            changed[line] = replacement
            return changed.joined(separator: "\n")
        }
        let cases: [(String, TlogProofError)] = [
            ("", .wrongHeader), (with(0, "c2sp.org/tlog-proof@v2"), .wrongHeader),
            (lines[0], .malformedIndex(line: 2)), (with(1, "index 04"), .malformedIndex(line: 2)),
            (with(1, "index -4"), .malformedIndex(line: 2)), (with(1, "4"), .malformedIndex(line: 2)),
            (with(1, "index 99999999999999999999"), .malformedIndex(line: 2)),
            (with(1, "extra YQ=="), .malformedIndex(line: 3)), (with(3, "AAAA"), .malformedHash(line: 4)),
            (lines[0] + "\nindex 4", .missingCheckpoint),
        ]
        for (changed, expected) in cases {
            #expect(throws: expected, "\(changed)") { try TlogProof(text: changed) }
        }
        #expect(throws: NoteError.self) { try TlogProof(text: lines[0] + "\nindex 4\n\n") }
    }
}
