internal import Audit
internal import Domain
internal import Register
internal import Store

/// Makes the usage members of a bundle: the rows of one batch as the lines they were committed with.
final class UsageMembers {
    private let names: UsageNames
    private let writer = UsageMemberWriter()
    private var line = UsageLine()

    init(reader: some Reader, consortium: Int32) async throws {
        names = try await UsageNames(reader: reader, consortium: consortium)
    }

    /// The member of a batch: the very lines that were hashed when it was taken in.
    func member(of batch: UsageBatchHead, _ rows: StoredUsageRows) throws -> UsageMember {
        let application = try names.application(batch.application)
        guard let secret = BatchSecret(batch.secret) else {
            throw Failure(.internal, "batch \(batch.id) has no secret")
        }
        let source = Array(batch.sourceCode.utf8)
        let codes = application.metricCodes
        writer.begin(
            secret: secret, metrics: application.metrics.map { UsageMetric(code: $0.code, scale: Int($0.scale)) })
        for index in 0..<rows.count {
            let record = try rows[index]
            guard let metric = application.metrics.firstIndex(where: { $0.id == record.metric }),
                let party = names.parties[record.party]
            else { throw Failure(.internal, "row \(index) of batch \(batch.id) names an unknown metric or party") }
            line.begin(application: application.code, party: party, metric: codes[metric], source: source)
            guard let start = Instant(seconds: record.start), let end = Instant(seconds: record.end) else {
                throw Failure(.internal, "row \(index) of batch \(batch.id) has an instant out of range")
            }
            let scale = Int(application.metrics[metric].scale)
            line.end(
                start: start, end: end,
                quantity: try Quantity(units: record.quantity, scale: scale, field: "quantity"),
                replaced: try record.replaced.map { units throws in
                    try Quantity(units: units, scale: scale, field: "quantity")
                })
            writer.append(
                line: line.bytes, metric: metric, quantity: record.quantity, replaced: record.replaced)
        }
        return writer.finish()
    }
}
