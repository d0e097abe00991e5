internal import Audit
internal import Domain
internal import Register
internal import Store

/// Writes an excerpt of a consortium's register: rows of usage that fit, the entries that commit to them, hashes in
/// place of all else.
///
/// Rows of others are read to be hashed, whoever asks: row-level security lets them through for these reads alone, and
/// nothing but their hashes goes out (docs/decisions/0022).
struct ExcerptExport {
    /// Batches whose heads are read at once.
    private static let page = 200

    let backend: Backend
    let question: BundleQuestion
    let excerpt: BundleQuestion.Excerpt

    private var caller: Participant { question.caller }
    private var consortium: Int32 { caller.consortium }
    /// What the caller sees anyway.
    private var reader: ReportReader { backend.store.reportReader(caller.principal) }
    /// What is hashed, too.
    private var hashed: ReportReader {
        backend.store.reportReader(caller.principal.hashingOthers(in: caller.code))
    }

    /// - Returns: SHA-256 of the manifest.
    func write(to stream: PieceStream) async throws -> Hash? {
        let members = try await UsageMembers(reader: hashed, consortium: consortium)
        let condition = try condition(members.names)
        try await NoLongerKept.check(
            question.digest, of: caller, applications: condition.applications, days: excerpt.days,
            until: question.size, backend.store)
        let note = try await backend.checkpoint(
            of: consortium, name: caller.name, size: question.size, as: caller.principal)
        let builder = try ExcerptBuilder(checkpoint: Array(note.utf8), selection: selection)
        let positions = try await reader.entryPositions(of: condition, in: consortium, until: question.size)
        let entries = try await hashed.registerEntries(consortium, at: positions)
        let nodes = try await nodes(between: positions)
        try await stream.write(try builder.begin(entries: entries, nodes: nodes))
        try await writeUsage(builder, members, condition, to: stream)
        try await stream.write(try builder.finish())
        return builder.manifestDigest
    }

    private func writeUsage(
        _ builder: ExcerptBuilder, _ members: UsageMembers, _ condition: UsageCondition, to stream: PieceStream
    ) async throws {
        var positions = builder.batches.map { Int64($0.position) }[...]
        while !positions.isEmpty {
            let page = Array(positions.prefix(ExcerptExport.page))
            positions = positions.dropFirst(page.count)
            let batches = try await hashed.usageBatches(in: consortium, at: page)
            try await UsageReadAhead(reader: hashed, consortium: consortium).forEach(batches) { batch, rows in
                guard rows.count == batch.rowCount else {
                    throw await NoLongerKept.failure(question.digest, in: consortium, reader)
                }
                let member = try await members.excerpt(of: batch, rows, showing: condition, for: stream)
                try await stream.write(try builder.usage(member))
            }
        }
    }

    private func nodes(between positions: [Int64]) async throws -> [CompactRange.Node] {
        let addresses = CompactRange.addresses(between: positions.map { Int($0) }, size: Int(question.size))
        let hashes = try await reader.registerHashes(consortium, of: ProofPlan(nodes: addresses))
        return zip(addresses, hashes).map { CompactRange.Node(address: $0, hash: $1) }
    }

    private func condition(_ names: UsageNames) throws -> UsageCondition {
        let applications = names.applications.filter { _, found in
            excerpt.application.map { found.name == $0 } ?? true
        }
        if applications.isEmpty, let application = excerpt.application {
            throw Failure.unknown("application", "\(caller.name)/applications/\(application)")
        }
        let metrics = applications.values.flatMap(\.metrics).filter { found in
            excerpt.metric.map { found.code == $0 } ?? true
        }
        if metrics.isEmpty, let application = excerpt.application, let metric = excerpt.metric {
            throw Failure.unknown("metric", "\(caller.name)/applications/\(application)/metrics/\(metric)")
        }
        let parties = names.parties.filter { _, code in excerpt.party.map { code.elementsEqual($0.utf8) } ?? true }
        if parties.isEmpty {
            throw Failure.invalid("excerpt.party", "must be or have been a member", reason: .notAMember)
        }
        return UsageCondition(
            applications: applications.keys.sorted(), metrics: metrics.map(\.id).sorted(),
            parties: parties.keys.sorted(), days: excerpt.days)
    }

    private var selection: UsageSelection {
        UsageSelection(
            application: excerpt.application, metric: excerpt.metric, party: excerpt.party,
            periodStart: excerpt.days?.start.description, periodEnd: excerpt.days?.end?.description)
    }
}
