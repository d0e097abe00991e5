import Register
import TLS
import Testing

/// The examples of docs/formats/register.md, computed there by other means.
@Suite(.timeLimit(.minutes(5)))
struct WorkedExampleTests {
    private let hasher = TreeHasher()
    private let leaves = [
        "a1af030231ca2fd20ecf30c5294baf8f69321d09bb16ac53885ccd17a385280d",
        "a94dd4d3c2c6d2548ca4e560d72727bab5d795500191f5b85579130dd3b14603",
        "656d3e8f544238cdf6e32d640f51ba0914959b14edd7a52d0b8b99ab4c8ac6c6",
    ]
    private let node = "3ae5bfa57ffa769d9634a86f3a26286aa69fd50ea0585f8061f902ad5f0327f7"
    private let root = "c3651e541714c53d648ecc7baeca7fe2c36ef4fa65bcce24b1d71286437de566"
    private let verifierKey =
        "allmende.example/consortium/42+f54a01ae+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
    private let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
        -----END PUBLIC KEY-----

        """
    private let note = """
        allmende.example/consortium/42
        3
        w2UeVBcUxT1kjsx7rsp/4sNu9PplvM4ksdcShkN95WY=

        — allmende.example/consortium/42 9UoBrvSRoByC5CmOswj8o4GRRK9Yka48KtGW01Mi\
        GlGlmfYcRDDml3eAsU1C7d3mU+XxfherzOmpSn1YNyvXhOC2Jg8=

        """

    @Test func theTreeAndItsProofs() throws {
        let tree = MerkleTree(leaves: ["first", "second", "third"].map { hasher.leaf(Array($0.utf8)) }, using: hasher)
        #expect(tree.leaves.map(\.hex) == leaves)
        #expect(tree.root(using: hasher).hex == root)
        #expect(try tree.inclusionProof(index: 1, size: 3, using: hasher).path.map(\.hex) == [leaves[0], leaves[2]])
        #expect(try tree.inclusionProof(index: 2, size: 3, using: hasher).path.map(\.hex) == [node])
        #expect(try tree.consistencyProof(oldSize: 2, newSize: 3, using: hasher).path.map(\.hex) == [leaves[2]])
        #expect(
            try tree.consistencyProof(oldSize: 1, newSize: 3, using: hasher).path.map(\.hex) == [leaves[1], leaves[2]])
        var frontier = Frontier()
        for leaf in tree.leaves { frontier.append(leaf, using: hasher) }
        #expect(frontier.hashes.map(\.hex) == [node, leaves[2]])
        #expect(Array(frontier.bytes.prefix(8)) == [0, 0, 0, 0, 0, 0, 0, 3])
    }

    @Test func theCheckpoint() throws {
        let secret = try #require(Hash(hex: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
        let key = try SigningKey(rawBytes: secret.bytes)
        let expected = try Checkpoint(
            origin: "allmende.example/consortium/42", size: 3, root: #require(Hash(hex: root)))
        let signer = try NoteSigner(name: expected.origin, key: key)
        #expect(try expected.signed(by: signer).bytes == Array(note.utf8))
        #expect(signer.verifier.text == verifierKey)
        #expect(try key.verificationKey.pem == publicKey)
        #expect(try Checkpoint.open(Array(note.utf8), verifier: NoteVerifier(verifierKey)) == expected)
        #expect(try Checkpoint.open(Array(note.utf8), key: VerificationKey(pem: publicKey)) == expected)
    }

    @Test func theBatch() throws {
        let builder = RowCommitmentBuilder(secret: try #require(BatchSecret([UInt8](0..<32))))
        let rows = ["09473132,cases,12", "09473138,cases,7", "09674210,cases,0"].map { line in
            let leaf = builder.append(line: Array(line.utf8)).hex
            return [builder.salt.hex, leaf]
        }
        #expect(
            rows[0] == [
                "70f4003d52b6eb03da852e93256b5986", "f9a45e1e6c32336cc213a6ab5472030d912ae9b19e607f84887f380b4effacd6",
            ])
        #expect(
            rows[1] == [
                "04a6950a06d3e3308ad7d3606ef810eb", "515998ee5d6b3a9f7799a4200efacf2c2ff6d5c698faedeba71397a3ed9e7bff",
            ])
        #expect(
            rows[2] == [
                "0f8d842ac9cb62349779a7537a78327d", "fd51eccce18ca5c5a74568b7d5e238e75a64217657b9ec3d8bcc30d5d2ac7fb4",
            ])
        #expect(builder.root.hex == "9de525dcbffe9b4ffab99c01ec50760d8364adfce61eeaebf479f3236042adac")
        let last = RowCommitment.salt(secret: try #require(BatchSecret([UInt8](0..<32))), row: .max, using: hasher)
        #expect(last.hex == "f3ba75dc807a8e2d94e62eda6a3a63fd")
    }
}
