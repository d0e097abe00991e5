import Register
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CompactRangeTests {
    private let hasher = TreeHasher()

    private func leaves(_ count: Int) -> [Hash] {
        (0..<count).map { hasher.leaf(Array("\($0)".utf8)) }
    }

    /// The subtrees over a run of leaves, made from the leaves alone.
    private func nodes(_ leaves: [Hash], _ run: Range<Int>) -> [CompactRange.Node] {
        var range = CompactRange(from: run.lowerBound)
        for leaf in leaves[run] { range.append(leaf, using: hasher) }
        return range.nodes
    }

    @Test func everyRunUpTo70IsWhatFillsIt() throws {
        let leaves = leaves(70)
        for start in 0...leaves.count {
            for end in start...leaves.count {
                let nodes = nodes(leaves, start..<end)
                #expect(nodes.map(\.address) == NodeAddress.filling(start..<end), "\(start)..<\(end)")
                #expect(nodes.map(\.address.leaves.count).reduce(0, +) == end - start)
            }
        }
    }

    /// Any leaves, with the subtrees between them in place of the others, lead to the root.
    @Test func shownLeavesAndSubtreesGiveTheRoot() throws {
        var generator = SplitMix64(seed: 6962)
        for size in 1...80 {
            let leaves = leaves(size)
            let root = MerkleTree(leaves: leaves, using: hasher).root(using: hasher)
            for _ in 0..<20 {
                let limit = Int.random(in: 1...8, using: &generator)
                let shown = (0..<size).filter { _ in Int.random(in: 0..<limit, using: &generator) == 0 }
                var addresses = CompactRange.addresses(between: shown, size: size)[...]
                var tree = CompactRange()
                for position in shown + [size] {
                    while tree.end < position, let address = addresses.popFirst() {
                        let hash = MerkleTree(leaves: leaves[address.leaves], using: hasher).root(using: hasher)
                        let isTaken = tree.append(CompactRange.Node(address: address, hash: hash), using: hasher)
                        #expect(isTaken)
                    }
                    if position < size { tree.append(leaves[position], using: hasher) }
                }
                #expect(addresses.isEmpty && tree.end == size)
                #expect(tree.root(using: hasher) == root, "\(shown) of \(size)")
            }
        }
    }

    @Test func aSubtreeOutOfPlaceIsNotTaken() throws {
        let leaves = leaves(8)
        var tree = CompactRange()
        tree.append(leaves[0], using: hasher)
        for address in [
            NodeAddress(level: 0, index: 0), NodeAddress(level: 0, index: 2), NodeAddress(level: 1, index: 1),
        ] {
            let isTaken = tree.append(CompactRange.Node(address: address, hash: leaves[1]), using: hasher)
            #expect(!isTaken && tree.end == 1)
        }
        #expect(CompactRange().root(using: hasher) == hasher.emptyRoot())
    }
}
