internal import API
internal import Audit
internal import Domain
internal import Register
internal import Store
internal import SwiftProtobuf

/// Holds the entries of one register against its tree and its checkpoints, and the seals against the entries.
struct RegisterAudit {
    /// What an entry says of a batch of usage.
    struct Commitment: Sendable {
        let rowCount: Int
        let root: [UInt8]
    }

    private static let page = 1000

    let register: StoredRegister
    let reader: AuditReader
    /// By position.
    private(set) var batches: [Int64: Commitment] = [:]
    private var frontier = Frontier()
    private var lastMicros: Int64 = 0
    private let hasher = TreeHasher()

    init(register: StoredRegister, reader: AuditReader) {
        self.register = register
        self.reader = reader
    }

    mutating func run(_ directory: CheckpointDirectory?, _ report: inout DatabaseAudit.Report) async throws {
        var checkpoints = try await reader.checkpoints(of: register.id)[...]
        compare(&checkpoints, &report)
        var expected: Int64 = 0
        while true {
            let entries = try await reader.storedEntries(register.id, from: expected, limit: RegisterAudit.page)
            if entries.isEmpty { break }
            for entry in entries {
                if entry.position != expected {
                    report.find(place(expected), "entries up to \(entry.position - 1) were deleted")
                }
                try await take(entry, &report)
                compare(&checkpoints, &report)
                expected = entry.position + 1
            }
        }
        report.registers.append((register.name, expected))
        try await finish(expected, directory, &report)
        for checkpoint in checkpoints {
            report.find(
                "table register_checkpoint row \(register.id)/\(checkpoint.size)",
                "it covers entries that the register does not have")
        }
    }

    private func place(_ position: Int64) -> String { "register \(register.name) entry \(position)" }

    private mutating func take(_ stored: StoredEntry, _ report: inout DatabaseAudit.Report) async throws {
        let place = place(stored.position)
        let leaf = hasher.leaf(stored.bytes)
        var nodes: [UInt8] = []
        frontier.append(leaf, using: hasher) { address, hash in
            if address.level > 0 { nodes.append(contentsOf: hash.bytes) }
        }
        if stored.leaf != leaf.bytes { report.find(place, "the bytes do not have the leaf hash that is stored") }
        if stored.nodes != nodes { report.find(place, "the stored nodes of the tree are not those of the entries") }
        let entry: RegisterEntry
        do {
            entry = try RegisterEntry(serializedBytes: stored.bytes)
        } catch {
            report.find(place, "the bytes are no entry")
            return
        }
        if entry.position != stored.position || entry.register != register.name {
            report.find(place, "it says that it is entry \(entry.position) of \(entry.register)")
        }
        if entry.recordedMicros != stored.recordedMicros || entry.recordedMicros < lastMicros {
            report.find(place, "its instant is not the stored one, or lies before that of the entry before")
        }
        lastMicros = max(lastMicros, entry.recordedMicros)
        if case .usageBatchRecorded(let batch) = entry.change {
            batches[stored.position] = Commitment(rowCount: Int(batch.rowCount), root: Array(batch.rowRoot))
        }
        if stored.sealDigest ?? [] != Array(entry.rowsSha256) {
            let rows = try await reader.sealedRows(with: stored.position, of: register.id)
            let names = rows.isEmpty ? "none is left" : rows.joined(separator: ", ")
            report.find(place, "the seals of the rows it changed are not those it commits to (\(names))")
        }
    }

    /// Compares the checkpoints of the size that is reached.
    private func compare(
        _ checkpoints: inout ArraySlice<(size: Int64, root: [UInt8], note: String)>,
        _ report: inout DatabaseAudit.Report
    ) {
        while let next = checkpoints.first, next.size <= Int64(frontier.size) {
            checkpoints.removeFirst()
            let root = frontier.root(using: hasher)
            let note = try? Checkpoint(text: SignedNote(parsing: Array(next.note.utf8)).text)
            guard next.size == Int64(frontier.size), next.root == root.bytes,
                note.map({ $0.root == root && Int64($0.size) == next.size }) ?? false
            else {
                report.find(
                    "table register_checkpoint row \(register.id)/\(next.size)",
                    "it is not a checkpoint of the entries: they or it were edited")
                continue
            }
        }
    }

    private func finish(
        _ count: Int64, _ directory: CheckpointDirectory?, _ report: inout DatabaseAudit.Report
    ) async throws {
        let place = "table register row \(register.id)"
        if register.size != count { report.find(place, "it counts \(register.size) entries; there are \(count)") }
        if count > 0, register.frontier != frontier.bytes {
            report.find(place, "its frontier is not that of the entries")
        }
        let origin = BundleFormat.origin(register: register.name, generation: Int(register.generation))
        guard let published = try await directory?.newest(origin) else { return }
        do {
            try await reader.requirePrefix(published, of: register.id, name: register.name)
        } catch let failure as Failure {
            report.find("register \(register.name)", failure.message)
        }
    }
}
