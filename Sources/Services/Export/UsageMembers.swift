internal import Audit
internal import Domain
internal import Register
internal import Store

/// Makes the usage members of bundles and excerpts: the rows of one batch as the lines they were committed with.
final class UsageMembers {
    /// Rows that are made in one go where others wait.
    private static let breath = 512

    let names: UsageNames
    private let writer = UsageMemberWriter()
    private let excerptWriter = ExcerptMemberWriter()

    init(reader: some Reader, consortium: Int32) async throws {
        names = try await UsageNames(reader: reader, consortium: consortium)
    }

    /// The member of a batch in a bundle: the very lines that were hashed when it was taken in.
    func member(of batch: UsageBatchHead, _ rows: StoredUsageRows) throws -> UsageMember {
        try begin(batch)
        try append(rows, 0..<rows.count, of: batch)
        return writer.finish()
    }

    /// The same with pauses, for a stream.
    func member(
        of batch: UsageBatchHead, _ rows: StoredUsageRows, for stream: PieceStream
    ) async throws -> UsageMember {
        try begin(batch)
        for part in UsageMembers.parts(of: rows) {
            try append(rows, part, of: batch)
            try await stream.breathe()
        }
        return writer.finish()
    }

    /// The member of a batch in an excerpt, which shows the rows that fit.
    func excerpt(
        of batch: UsageBatchHead, _ rows: StoredUsageRows, showing condition: UsageCondition, for stream: PieceStream
    ) async throws -> UsageMember {
        let (secret, metrics) = try beginning(of: batch)
        excerptWriter.begin(secret: secret, metrics: metrics)
        for part in UsageMembers.parts(of: rows) {
            try forEachLine(of: batch, rows, part) { line, metric, record in
                if condition.includes(record) {
                    excerptWriter.show(line: line, metric: metric, quantity: record.quantity, replaced: record.replaced)
                } else {
                    excerptWriter.hide(line: line)
                }
            }
            try await stream.breathe()
        }
        return excerptWriter.finish()
    }

    private static func parts(of rows: StoredUsageRows) -> [Range<Int>] {
        stride(from: 0, to: rows.count, by: breath).map { $0..<min($0 + breath, rows.count) }
    }

    private func begin(_ batch: UsageBatchHead) throws {
        let (secret, metrics) = try beginning(of: batch)
        writer.begin(secret: secret, metrics: metrics)
    }

    private func append(_ rows: StoredUsageRows, _ part: Range<Int>, of batch: UsageBatchHead) throws {
        try forEachLine(of: batch, rows, part) { line, metric, record in
            writer.append(line: line, metric: metric, quantity: record.quantity, replaced: record.replaced)
        }
    }

    private func beginning(of batch: UsageBatchHead) throws -> (BatchSecret, [UsageMetric]) {
        let application = try names.application(batch.application)
        guard let secret = BatchSecret(batch.secret) else {
            throw Failure(.internal, "batch \(batch.id) has no secret")
        }
        return (secret, application.metrics.map { UsageMetric(code: $0.code, scale: Int($0.scale)) })
    }

    /// The leaf of a row as it would be if it said what `record` says.
    func leaf(of record: StoredUsage, in batch: UsageBatchHead, using hasher: TreeHasher) throws -> Hash {
        let (secret, _) = try beginning(of: batch)
        let application = try names.application(batch.application)
        var line = UsageLine()
        _ = try write(record, batch, application, source: Array(batch.sourceCode.utf8), to: &line)
        let salt = RowCommitment.salt(secret: secret, row: UInt32(record.index), using: hasher)
        return RowCommitment.leaf(salt: salt, line: line.bytes, using: hasher)
    }

    /// Hands the committed line of each row to `body`, with the index of its metric and the row itself.
    private func forEachLine(
        of batch: UsageBatchHead, _ rows: StoredUsageRows, _ part: Range<Int>,
        _ body: ([UInt8], Int, StoredUsage) -> Void
    ) throws {
        let application = try names.application(batch.application)
        let source = Array(batch.sourceCode.utf8)
        var line = UsageLine()
        for index in part {
            let record = try rows[index]
            let metric = try write(record, batch, application, source: source, to: &line)
            body(line.bytes, metric, record)
        }
    }

    /// Puts the committed line of a row into `line`, and returns the index of its metric.
    private func write(
        _ record: StoredUsage, _ batch: UsageBatchHead, _ application: UsageNames.Application, source: [UInt8],
        to line: inout UsageLine
    ) throws -> Int {
        guard let metric = application.metrics.firstIndex(where: { $0.id == record.metric }),
            let party = names.parties[record.party]
        else {
            throw Failure(.internal, "row \(record.index) of batch \(batch.id) names an unknown metric or party")
        }
        line.begin(
            application: application.code, party: party, metric: application.metricCodes[metric], source: source)
        guard let start = Instant(seconds: record.start), let end = Instant(seconds: record.end) else {
            throw Failure(.internal, "row \(record.index) of batch \(batch.id) has an instant out of range")
        }
        let scale = Int(application.metrics[metric].scale)
        line.end(
            start: start, end: end, quantity: try Quantity(units: record.quantity, scale: scale, field: "quantity"),
            replaced: try record.replaced.map { units throws in
                try Quantity(units: units, scale: scale, field: "quantity")
            })
        return metric
    }
}
