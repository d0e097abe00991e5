import Register
import TLS
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RowCommitmentTests {
    private let hasher = TreeHasher()
    private let secretBytes = [UInt8](0..<32)

    private func secret() throws -> BatchSecret {
        try #require(BatchSecret(secretBytes))
    }

    /// Lines of many lengths, among them the empty one and one longer than any buffer at the start.
    private let lines: [[UInt8]] =
        (0..<100).map { row in
            Array("\(row),091731320000,cases,2024-01-01,2024-02-01,".utf8)
                + Array(repeating: 0x39, count: row * row % 97)
        } + [[], Array(repeating: 0x78, count: 5000), Array("last, with ü and \"\"quotes\"\"".utf8)]

    @Test func theBuilderFollowsTheFormatByteForByte() throws {
        let builder = try RowCommitmentBuilder(secret: secret())
        var entries: [[UInt8]] = []
        for (row, line) in lines.enumerated() {
            let position = [0, 0, UInt8(row >> 8), UInt8(row & 255)]
            let salt = Array(SHA256.hash(secretBytes + position).prefix(16))
            entries.append(salt + line)
            let leaf = builder.append(line: line)
            #expect(builder.salt.bytes == salt)
            #expect(leaf.bytes == SHA256.hash([0x00] + salt + line))
            #expect(builder.count == row + 1)
            #expect(builder.root.bytes == Definition.root(entries[...]))
        }
    }

    @Test func helpersAgreeWithTheBuilder() throws {
        let secret = try secret()
        let builder = RowCommitmentBuilder(secret: secret)
        for (row, line) in lines.enumerated() {
            let leaf = builder.append(line: line)
            let salt = RowCommitment.salt(secret: secret, row: UInt32(row), using: hasher)
            #expect(salt == builder.salt)
            #expect(RowCommitment.leaf(salt: salt, line: line, using: hasher) == leaf)
            #expect(RowSalt(hex: salt.hex) == salt)
            #expect(RowSalt(salt.bytes) == salt)
        }
    }

    @Test func oneRowIsProvenAndAChangedOneIsNot() throws {
        let builder = try RowCommitmentBuilder(secret: secret())
        var salts: [RowSalt] = []
        var tree = MerkleTree()
        for line in lines {
            tree.append(builder.append(line: line), using: hasher)
            salts.append(builder.salt)
        }
        for (row, line) in lines.enumerated() {
            let proof = try tree.inclusionProof(index: row, size: lines.count, using: hasher)
            try RowCommitment.verify(line: line, salt: salts[row], proof: proof, root: builder.root, using: hasher)
            #expect(throws: ProofError.self) {
                try RowCommitment.verify(
                    line: line + [0x20], salt: salts[row], proof: proof, root: builder.root, using: hasher)
            }
            #expect(throws: ProofError.self) {
                try RowCommitment.verify(
                    line: line, salt: salts[(row + 1) % salts.count], proof: proof, root: builder.root, using: hasher)
            }
        }
    }

    @Test func secretsAreRandomCheckedAndNeverPrinted() throws {
        let secret = BatchSecret.generate()
        #expect(secret != BatchSecret.generate())
        #expect(BatchSecret(secret.bytes) == secret)
        #expect(BatchSecret([1, 2, 3]) == nil)
        #expect("\(secret)" == "BatchSecret")
        #expect(RowSalt([1, 2, 3]) == nil)
        #expect(RowSalt(hex: "00") == nil)
        #expect(RowCommitmentBuilder(secret: secret).root == hasher.emptyRoot())
    }
}
