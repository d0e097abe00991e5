import Register
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TreeTests {
    /// The test inputs of Certificate Transparency implementations and their published roots for 0 … 8 leaves.
    static let inputs: [[UInt8]] = [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57),
        Array(0x60...0x6F),
    ]
    static let publishedRoots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    private let hasher = TreeHasher()

    @Test func publishedRootsAgreeWithTheDefinitionAndTheTree() throws {
        let tree = MerkleTree(leaves: Self.inputs.map(hasher.leaf), using: hasher)
        for (size, published) in Self.publishedRoots.enumerated() {
            #expect(Hash(Definition.root(Self.inputs[..<size]))?.hex == published)
            #expect(try tree.root(size: size, using: hasher).hex == published)
        }
    }

    @Test func everyRootUpTo300AgreesWithTheDefinition() throws {
        let entries = Definition.entries(300)
        var roots = Definition.Roots(entries: entries)
        let tree = MerkleTree(leaves: entries.map(hasher.leaf), using: hasher)
        var frontier = Frontier()
        for size in 0...entries.count {
            let expected = try #require(Hash(roots.root(0..<size)))
            #expect(frontier.root(using: hasher) == expected)
            #expect(try tree.root(size: size, using: hasher) == expected)
            #expect(frontier.size == size)
            if size < entries.count { frontier.append(hasher.leaf(entries[size]), using: hasher) }
        }
    }

    @Test func theFrontierSurvivesItsBytesAtEverySize() throws {
        var frontier = Frontier()
        for size in 0..<300 {
            let bytes = frontier.bytes
            #expect(bytes.count == 8 + 32 * size.nonzeroBitCount)
            #expect(try Frontier(bytes: bytes) == frontier)
            frontier.append(hasher.leaf(Array("\(size)".utf8)), using: hasher)
        }
    }

    @Test func malformedFrontierBytesSayWhy() throws {
        var frontier = Frontier()
        for number in UInt8(0)..<5 { frontier.append(hasher.leaf([number]), using: hasher) }
        let bytes = frontier.bytes
        #expect(throws: FrontierError.wrongLength(expected: 8, found: 7)) {
            try Frontier(bytes: Array(bytes.prefix(7)))
        }
        #expect(throws: FrontierError.wrongLength(expected: 72, found: 71)) {
            try Frontier(bytes: Array(bytes.dropLast()))
        }
        #expect(throws: FrontierError.wrongLength(expected: 72, found: 73)) { try Frontier(bytes: bytes + [0]) }
        #expect(throws: FrontierError.wrongLength(expected: 40, found: 72)) {
            try Frontier(bytes: [0, 0, 0, 0, 0, 0, 0, 4] + bytes.dropFirst(8))
        }
        #expect(throws: FrontierError.sizeTooLarge) { try Frontier(bytes: [0x80] + bytes.dropFirst()) }
    }

    @Test func completedSubtreesAreNamedAndHashedAsTheDefinitionHasThem() throws {
        let entries = Definition.entries(130)
        var roots = Definition.Roots(entries: entries)
        var frontier = Frontier()
        var seen: Set<NodeAddress> = []
        for (position, entry) in entries.enumerated() {
            var completed: [NodeAddress] = []
            frontier.append(hasher.leaf(entry), using: hasher) { address, hash in
                completed.append(address)
                #expect(Hash(roots.root(address.leaves)) == hash)
                #expect(address.leaves.upperBound == position + 1)
            }
            #expect(completed == NodeAddress.completed(byLeaf: position))
            for address in completed {
                let isNew = seen.insert(address).inserted
                #expect(isNew)
            }
        }
        #expect(seen.count == 130 + 65 + 32 + 16 + 8 + 4 + 2 + 1)
    }

    @Test func hashesReadAndWriteHexadecimal() throws {
        let text = Self.publishedRoots[3]
        let hash = try #require(Hash(hex: text))
        #expect(hash.hex == text)
        #expect(Hash(hex: text.uppercased()) == hash)
        #expect(Hash(hash.bytes) == hash)
        #expect(Hash(hex: String(text.dropLast())) == nil)
        #expect(Hash(hex: text + "00") == nil)
        #expect(Hash(hex: "g" + text.dropFirst()) == nil)
        #expect(Hash([UInt8](repeating: 0, count: 31)) == nil)
        let sorted = Self.publishedRoots.compactMap { Hash(hex: $0) }.sorted().map(\.hex)
        #expect(sorted == Self.publishedRoots.sorted())
    }
}
