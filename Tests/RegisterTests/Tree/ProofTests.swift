import Register
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ProofTests {
    static let limit = 300
    private let hasher = TreeHasher()
    private let entries = Definition.entries(ProofTests.limit)

    private func tree() -> MerkleTree {
        MerkleTree(leaves: entries.map(hasher.leaf), using: hasher)
    }

    @Test func everyInclusionProofUpTo300() throws {
        let tree = tree()
        var roots = Definition.Roots(entries: entries)
        var wrong: [String] = []
        for size in 1...Self.limit {
            let root = try tree.root(size: size, using: hasher)
            for index in 0..<size {
                let proof = try tree.inclusionProof(index: index, size: size, using: hasher)
                if proof.path.map(\.bytes) != Definition.path(index, 0..<size, &roots) {
                    wrong.append("\(index)/\(size)")
                }
                try proof.verify(leaf: tree.leaves[index], root: root, using: hasher)
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func everyConsistencyProofUpTo300() throws {
        let tree = tree()
        var roots = Definition.Roots(entries: entries)
        let known = try (0...Self.limit).map { try tree.root(size: $0, using: hasher) }
        var wrong: [String] = []
        for newSize in 0...Self.limit {
            for oldSize in 0...newSize {
                let proof = try tree.consistencyProof(oldSize: oldSize, newSize: newSize, using: hasher)
                let expected = oldSize == 0 ? [] : Definition.proof(oldSize, 0..<newSize, true, &roots)
                if proof.path.map(\.bytes) != expected { wrong.append("\(oldSize)/\(newSize)") }
                try proof.verify(oldRoot: known[oldSize], newRoot: known[newSize], using: hasher)
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func mutatedInclusionProofsFail() throws {
        let tree = tree()
        var accepted: [String] = []
        for size in 1...40 {
            let root = try tree.root(size: size, using: hasher)
            for index in 0..<size {
                let proof = try tree.inclusionProof(index: index, size: size, using: hasher)
                let leaf = tree.leaves[index]
                for (name, path) in mutations(proof.path) {
                    let forged = InclusionProof(index: index, size: size, path: path)
                    if holds({ try forged.verify(leaf: leaf, root: root, using: hasher) }) {
                        accepted.append("\(name) at \(index)/\(size)")
                    }
                }
                for other in -1...size where other != index {
                    let moved = InclusionProof(index: other, size: size, path: proof.path)
                    if holds({ try moved.verify(leaf: leaf, root: root, using: hasher) }) {
                        accepted.append("index \(other) for \(index)/\(size)")
                    }
                }
                if holds({ try proof.verify(leaf: flipped(leaf), root: root, using: hasher) }) {
                    accepted.append("leaf")
                }
                if holds({ try proof.verify(leaf: leaf, root: flipped(root), using: hasher) }) {
                    accepted.append("root")
                }
            }
        }
        #expect(accepted.isEmpty)
    }

    @Test func mutatedConsistencyProofsFail() throws {
        let tree = tree()
        let roots = try (0...40).map { try tree.root(size: $0, using: hasher) }
        var accepted: [String] = []
        for newSize in 1...40 {
            for oldSize in 1...newSize {
                let proof = try tree.consistencyProof(oldSize: oldSize, newSize: newSize, using: hasher)
                let (old, new) = (roots[oldSize], roots[newSize])
                for (name, path) in mutations(proof.path) {
                    let forged = ConsistencyProof(oldSize: oldSize, newSize: newSize, path: path)
                    if holds({ try forged.verify(oldRoot: old, newRoot: new, using: hasher) }) {
                        accepted.append("\(name) at \(oldSize)/\(newSize)")
                    }
                }
                for other in 1...newSize where other != oldSize {
                    let moved = ConsistencyProof(oldSize: other, newSize: newSize, path: proof.path)
                    if holds({ try moved.verify(oldRoot: old, newRoot: new, using: hasher) }) {
                        accepted.append("old size \(other) for \(oldSize)/\(newSize)")
                    }
                }
                if holds({ try proof.verify(oldRoot: flipped(old), newRoot: new, using: hasher) }) {
                    accepted.append("old")
                }
                if holds({ try proof.verify(oldRoot: old, newRoot: flipped(new), using: hasher) }) {
                    accepted.append("new")
                }
            }
        }
        #expect(accepted.isEmpty)
    }

    @Test func theEmptyTreeIsAPrefixOfEveryTreeOnlyUnderItsOwnRoot() throws {
        let root = tree().root(using: hasher)
        let proof = ConsistencyProof(oldSize: 0, newSize: 300, path: [])
        try proof.verify(oldRoot: hasher.emptyRoot(), newRoot: root, using: hasher)
        #expect(throws: ProofError.oldRootMismatch(expected: root, computed: hasher.emptyRoot())) {
            try proof.verify(oldRoot: root, newRoot: root, using: hasher)
        }
        let empty = ConsistencyProof(oldSize: 0, newSize: 0, path: [])
        #expect(throws: ProofError.rootMismatch(expected: root, computed: hasher.emptyRoot())) {
            try empty.verify(oldRoot: hasher.emptyRoot(), newRoot: root, using: hasher)
        }
    }

    @Test func impossibleProofsSayWhy() throws {
        let tree = tree()
        let (leaf, root) = (tree.leaves[0], tree.root(using: hasher))
        #expect(throws: ProofError.indexOutOfRange(index: 300, size: 300)) {
            try tree.inclusionProof(index: 300, size: 300, using: hasher)
        }
        #expect(throws: ProofError.sizeBeyondTree(asked: 301, size: 300)) {
            try tree.inclusionProof(index: 0, size: 301, using: hasher)
        }
        #expect(throws: ProofError.sizesOutOfOrder(old: 2, new: 1)) {
            try tree.consistencyProof(oldSize: 2, newSize: 1, using: hasher)
        }
        #expect(throws: ProofError.sizeBeyondTree(asked: -1, size: 300)) { try tree.root(size: -1, using: hasher) }
        #expect(throws: ProofError.wrongPathLength(expected: 9, found: 0)) {
            try InclusionProof(index: 0, size: 300, path: []).verify(leaf: leaf, root: root, using: hasher)
        }
        #expect(throws: ProofError.wrongPathLength(expected: 9, found: 10)) {
            let path = try tree.inclusionProof(index: 0, size: 300, using: hasher).path + [root]
            try InclusionProof(index: 0, size: 300, path: path).verify(leaf: leaf, root: root, using: hasher)
        }
        #expect(throws: ProofError.indexOutOfRange(index: -1, size: Int.max)) {
            try InclusionProof(index: -1, size: Int.max, path: []).verify(leaf: leaf, root: root, using: hasher)
        }
        #expect(throws: ProofError.wrongPathLength(expected: 63, found: 0)) {
            try InclusionProof(index: 0, size: Int.max, path: []).verify(leaf: leaf, root: root, using: hasher)
        }
        #expect(throws: ProofError.wrongPathLength(expected: 63, found: 1)) {
            try ConsistencyProof(oldSize: 1, newSize: Int.max, path: [leaf])
                .verify(oldRoot: root, newRoot: root, using: hasher)
        }
    }

    @Test func aPlanNamesOnlyNodesThatAStoreHas() throws {
        let tree = tree()
        var frontier = Frontier()
        var store: [NodeAddress: Hash] = [:]
        for leaf in tree.leaves { frontier.append(leaf, using: hasher) { store[$0] = $1 } }
        for size in [1, 2, 3, 7, 100, 255, 256, 257, 299] {
            let plan = try ProofPlan.inclusion(index: size / 2, size: size)
            let read = try Dictionary(uniqueKeysWithValues: plan.addresses.map { ($0, try #require(store[$0])) })
            let path = try plan.assemble(using: hasher) { try #require(read[$0]) }
            let proof = InclusionProof(index: size / 2, size: size, path: path)
            try proof.verify(leaf: tree.leaves[size / 2], root: tree.root(size: size, using: hasher), using: hasher)
        }
    }

    private func holds(_ check: () throws -> Void) -> Bool {
        (try? check()) != nil
    }

    private func flipped(_ hash: Hash) -> Hash {
        var copy = hash
        copy.withUnsafeMutableBytes { $0[31] ^= 1 }
        return copy
    }

    /// Every single flipped, missing and doubled element, neighbours swapped, and one more at either end.
    private func mutations(_ path: [Hash]) -> [(name: String, path: [Hash])] {
        var all: [(String, [Hash])] = [("more at the end", path + [.zero]), ("more at the start", [.zero] + path)]
        for position in path.indices {
            var copy = path
            copy[position] = flipped(copy[position])
            all.append(("flipped \(position)", copy))
            copy = path
            copy.remove(at: position)
            all.append(("missing \(position)", copy))
            copy.insert(contentsOf: [path[position], path[position]], at: position)
            all.append(("doubled \(position)", copy))
            if position > 0 {
                copy = path
                copy.swapAt(position - 1, position)
                all.append(("swapped \(position)", copy))
            }
        }
        return all
    }
}
