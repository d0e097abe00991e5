internal import Audit
internal import Domain
internal import Register
internal import Store

/// Makes the usage members of a bundle: the rows of one batch as the lines they were committed with.
final class UsageMembers {
    private struct Application {
        let code: [UInt8]
        let metrics: [MetricRow]
    }

    private let applications: [Int32: Application]
    private let parties: [Int32: [UInt8]]
    private let writer = UsageMemberWriter()
    private var line = UsageLine()

    init(reader: ReportReader, consortium: Int32) async throws {
        var applications: [Int32: Application] = [:]
        for row in try await reader.applications(in: consortium) {
            let metrics = try await reader.metrics(of: row.id, in: consortium)
            applications[row.id] = Application(code: Array(row.code.utf8), metrics: metrics)
        }
        self.applications = applications
        parties = try await reader.partyCodes(of: consortium).mapValues { Array($0.utf8) }
    }

    /// The member of a batch: the very lines that were hashed when it was taken in.
    func member(of batch: UsageBatchHead, _ rows: StoredUsageRows) throws -> UsageMember {
        guard let application = applications[batch.application], let secret = BatchSecret(batch.secret) else {
            throw Failure(.internal, "batch \(batch.id) belongs to no application")
        }
        let source = Array(batch.sourceCode.utf8)
        let codes = application.metrics.map { Array($0.code.utf8) }
        writer.begin(
            secret: secret, metrics: application.metrics.map { UsageMetric(code: $0.code, scale: Int($0.scale)) })
        for index in 0..<rows.count {
            let record = try rows[index]
            guard let metric = application.metrics.firstIndex(where: { $0.id == record.metric }),
                let party = parties[record.party]
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
