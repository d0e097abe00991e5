internal import Audit
internal import Domain
internal import Register
internal import Store

/// Writes the audit bundle of a consortium at a size of its register: entries, usage batch by batch, settlements.
///
/// Memory is bounded by one page of entries and a few batches, whatever the size of the history.
struct BundleExport {
    /// Entries read at once.
    private static let entryPage = 1000
    /// Batches whose heads are read at once.
    private static let batchPage = 200

    let backend: Backend
    let question: BundleQuestion

    private var caller: Participant { question.caller }
    private var size: Int64 { question.size }
    private var reader: ReportReader { backend.store.reportReader(caller.principal) }

    /// - Returns: SHA-256 of the manifest.
    func write(to stream: PieceStream) async throws -> Hash? {
        try await NoLongerKept.check(
            question.digest, of: caller, applications: nil, days: nil, until: size, backend.store)
        let note = try await backend.checkpoint(
            of: caller.consortium, name: caller.name, size: size, as: caller.principal)
        let builder = try BundleBuilder(checkpoint: Array(note.utf8))
        try await stream.write(try builder.begin())
        try await writeEntries(builder, to: stream)
        try await writeUsage(builder, to: stream)
        while let settlement = try builder.nextSettlement() { try await stream.write(settlement) }
        try await stream.write(try builder.finish())
        return builder.manifestDigest
    }

    private func writeEntries(_ builder: BundleBuilder, to stream: PieceStream) async throws {
        let bytes = try await reader.framedEntryBytes(caller.consortium, size: size)
        try await stream.write(try builder.beginEntries(byteCount: bytes))
        var position: Int64 = 0
        while position < size {
            let limit = min(Int64(BundleExport.entryPage), size - position)
            let entries = try await reader.registerEntries(caller.consortium, from: position, limit: Int(limit))
            guard !entries.isEmpty else { throw Failure(.internal, "the register has no entry \(position)") }
            var piece: [UInt8] = []
            for entry in entries { try builder.entry(entry, to: &piece) }
            try await stream.write(piece)
            position += Int64(entries.count)
        }
        try builder.endEntries()
    }

    private func writeUsage(_ builder: BundleBuilder, to stream: PieceStream) async throws {
        let members = try await UsageMembers(reader: reader, consortium: caller.consortium)
        var position: Int64 = 0
        while true {
            let batches = try await reader.usageBatches(
                in: caller.consortium, from: position, until: size, limit: BundleExport.batchPage)
            guard let last = batches.last else { return }
            position = last.position + 1
            try await UsageReadAhead(reader: reader, consortium: caller.consortium).forEach(batches) { batch, rows in
                guard rows.count == batch.rowCount else {
                    throw await NoLongerKept.failure(question.digest, in: caller.consortium, reader)
                }
                try await stream.write(try builder.usage(await members.member(of: batch, rows, for: stream)))
            }
        }
    }
}
