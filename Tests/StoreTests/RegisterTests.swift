import Domain
import Postgres
import Register
import Store
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RegisterAppendTests {
    /// Every append sees, once it holds the head, exactly the entries below its own position: they are committed before
    /// it and none is missing.
    @Test func concurrentAppendsAreGapFreeAndInCommitOrder() async throws {
        try await withStore { store, target in
            let (tasks, rounds) = (8, 25)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<tasks {
                    group.addTask {
                        for round in 0..<rounds {
                            try await append("\(task)/\(round)", to: Int32(1 + (task + round) % 2), in: store)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let sizes = try target.lines("SELECT size FROM register WHERE register_id IN (1, 2) ORDER BY 1")
            #expect(sizes.compactMap { Int($0) }.reduce(0, +) == tasks * rounds)
            for register in Int32(1)...2 { try await check(register, store, target) }
        }
    }

    /// Eight clients, each with a consortium of its own: none waits for another, as all hold their locks at once.
    @Test func consortiaDoNotWaitForEachOther() async throws {
        try await withStore { store, target in
            let registers = Array(Int32(101)...108)
            for id in registers {
                try target.execute(
                    "INSERT INTO register (register_id, name, size, frontier) VALUES (\(id), 'r\(id)', 0, '')")
            }
            // One pool has fewer connections than that.
            try await withDatabase(target) { database in
                try await hold(registers, in: [store, Store(database: database)])
            }
            #expect(try target.number("SELECT count(*) FROM register WHERE size = 1 AND register_id > 100") == 8)
        }
    }

    /// Appends to every register; nobody lets go of a lock before everybody holds one.
    private func hold(_ registers: [Int32], in stores: [Store]) async throws {
        let ids = Dictionary(uniqueKeysWithValues: registers.map { ("r\($0)", $0) })
        let principal = Principal(
            partyID: 4, partyCode: "p4", role: .coordinationOffice, credentialDigest: [], consortia: ids)
        let holding = AsyncStream<Int32>.makeStream()
        let releases = registers.map { _ in AsyncStream<Void>.makeStream() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, register) in registers.enumerated() {
                let store = stores[index % stores.count]
                group.addTask {
                    try await store.write(as: principal) { session in
                        try await session.head(of: register).append(Array("entry".utf8))
                        holding.continuation.yield(register)
                        for await _ in releases[index].stream {}
                    }
                }
            }
            var held: Set<Int32> = []
            for await register in holding.stream {
                held.insert(register)
                if held.count == registers.count { break }
            }
            for release in releases { release.continuation.finish() }
            try await group.waitForAll()
        }
    }

    @Test func whatIsRolledBackTakesNoPosition() async throws {
        struct GivenUp: Error {}
        try await withStore { store, target in
            try await append("first", to: 1, in: store)
            await #expect(throws: GivenUp.self) {
                try await store.write(as: Seed.office) { session in
                    let head = try await session.head(of: 1)
                    head.append(Array("lost".utf8))
                    throw GivenUp()
                }
            }
            try await append("second", to: 1, in: store)
            try await check(1, store, target)
            #expect(try target.number("SELECT size FROM register WHERE register_id = 1") == 2)
        }
    }

    @Test func severalEntriesOfOneTransactionFollowEachOther() async throws {
        try await withStore { store, target in
            try await store.write(as: Seed.office) { session in
                let (one, two) = (try await session.head(of: 1), try await session.head(of: 2))
                for index in 0..<5 {
                    #expect(one.nextPosition == Int64(index))
                    one.append(Array("one \(index)".utf8))
                    two.append(Array("two \(index)".utf8))
                }
                // A second look gives the same head, with what was appended.
                #expect(try await session.head(of: 1).nextPosition == 5)
            }
            for register in Int32(1)...2 { try await check(register, store, target) }
        }
    }

    /// Proofs from the nodes kept with the entries against those of a tree held in memory, for every size.
    @Test func proofsComeFromTheStoredNodes() async throws {
        try await withStore { store, target in
            let count = 70
            try await store.write(as: Seed.office) { session in
                let head = try await session.head(of: 1)
                for index in 0..<count { head.append(Array("entry \(index)".utf8)) }
            }
            let hasher = TreeHasher()
            let tree = MerkleTree(leaves: (0..<count).map { hasher.leaf(Array("entry \($0)".utf8)) }, using: hasher)
            // A member may not read the entries, yet prove its own.
            let reader = store.reader(Seed.member)
            #expect(try await reader.registerEntries(1, from: 0, limit: 1).isEmpty)
            for size in 1...count {
                #expect(try await reader.registerRoot(1, size: Int64(size)) == tree.root(size: size, using: hasher))
                for index in Set([0, size / 2, size - 1]) {
                    let plan = try ProofPlan.inclusion(index: index, size: size).withLeaf(index)
                    let hashes = try await reader.registerHashes(1, of: plan)
                    #expect(hashes[0] == tree.leaves[index])
                    let proof = try tree.inclusionProof(index: index, size: size, using: hasher)
                    #expect(Array(hashes.dropFirst()) == proof.path, "\(index) of \(size)")
                }
                let plan = try ProofPlan.consistency(oldSize: size, newSize: count)
                let proof = try tree.consistencyProof(oldSize: size, newSize: count, using: hasher)
                #expect(try await reader.registerHashes(1, of: plan) == proof.path, "from \(size)")
            }
        }
    }

    private func append(_ text: String, to register: Int32, in store: Store) async throws {
        try await store.write(as: Seed.office) { session in
            let head = try await session.head(of: register)
            let rows = try await session.query(
                """
                SELECT count(*), max(position) FROM register_entry
                WHERE register_id = \(register) AND position < 1000000
                """)
            var row = rows[0]
            #expect(try row.next(Int64.self) == head.nextPosition)
            #expect(try row.next(Int64?.self) ?? -1 == head.nextPosition - 1)
            head.append(Array("\(register): \(text)".utf8))
        }
    }

    /// The stored tree against one that is built from the entries, for the whole and for a prefix.
    private func check(_ register: Int32, _ store: Store, _ target: TestDatabase) async throws {
        let reader = store.reader(Seed.office)
        let size = try await reader.registerSize(register)
        let entries = try await reader.registerEntries(register, from: 0, limit: Int(size))
        #expect(Int64(entries.count) == size)
        for prefix in Set([1, size / 2 + 1, size]) {
            let hasher = TreeHasher()
            var frontier = Frontier()
            for entry in entries.prefix(Int(prefix)) { frontier.append(hasher.leaf(entry), using: hasher) }
            #expect(try await reader.registerRoot(register, size: prefix) == frontier.root(using: hasher), "\(prefix)")
        }
    }
}
