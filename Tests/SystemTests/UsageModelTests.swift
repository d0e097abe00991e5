import API
import Domain
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// Any interleaving of batches, repeats, corrections and conflicts comes to what the register's order says.
@Suite(.timeLimit(.minutes(5)))
struct UsageModelTests {
    /// Ranges of days that cut months and days in every way.
    private static let periods: [(API.CivilDate, API.CivilDate)] = [
        (.day(2012, 1, 1), .day(2013, 1, 1)), (.day(2012, 1, 1), .day(2012, 2, 1)),
        (.day(2012, 1, 3), .day(2012, 1, 4)),
        (.day(2012, 1, 2), .day(2012, 2, 20)), (.day(2012, 1, 31), .day(2012, 3, 1)),
        (.day(2011, 12, 5), .day(2012, 2, 29)),
    ]

    @Test func everyReceiptAndEveryStateAreThoseOfTheModel() async throws {
        let seed: UInt64 = 0x5EED_0007
        var maker = BatchMaker(seed: seed)
        try await House.with(.founded) { house in
            try await declareMetrics(house)
            var model = UsageModel()
            var states: [(size: Int64, model: UsageModel)] = []
            var sent: [IngestUsageRequest] = []
            for round in 0..<60 {
                let person = Person.members[maker.pick(0..<2)]
                let isRepeat = !sent.isEmpty && maker.pick(0..<6) == 0
                let batch = isRepeat ? sent[maker.pick(0..<sent.count)] : maker.batch(of: person)
                let sender = Person.members.first { $0.code == batch.records[0].partyCode } ?? person
                let receipt = try await ingest([batch], as: sender, in: house)[0]
                if receipt.replayed { continue }
                let outcome = model.take(batch)
                #expect(UsageModel.Outcome(receipt) == outcome, "seed \(seed), round \(round)")
                sent.append(batch)
                if receipt.recordCount > 0 { states.append((receipt.registerPosition + 1, model)) }
            }
            try await check(model, house, asOf: nil, "seed \(seed)")
            // As known at older sizes, from the records themselves.
            for _ in 0..<6 {
                let state = states[maker.pick(0..<states.count)]
                try await check(state.model, house, asOf: state.size, "seed \(seed), size \(state.size)")
            }
            #expect(try await rollupsThatDifferFromRecords(house) == "0")
        }
    }

    /// Streams of three parties at once; what came first is read from the positions in the register.
    @Test func concurrentStreamsComeToWhatTheRegistersOrderSays() async throws {
        let seed: UInt64 = 0x5EED_0008
        try await House.with(.founded) { house in
            try await declareMetrics(house)
            let answered = try await withThrowingTaskGroup(of: [(IngestUsageRequest, IngestUsageResponse)].self) {
                tasks in
                for stream in 0..<4 {
                    // Two streams of each of two parties, which contend for the same records.
                    let person = Person.members[stream % 2]
                    tasks.addTask {
                        var maker = BatchMaker(seed: seed + UInt64(stream))
                        let batches = (0..<15).map { _ in maker.batch(of: person) }
                        return Array(zip(batches, try await ingest(batches, as: person, in: house)))
                    }
                }
                return try await tasks.reduce(into: []) { $0 += $1 }
            }
            var model = UsageModel()
            let stored = answered.filter { $0.1.recordCount > 0 }
                .sorted { $0.1.registerPosition < $1.1.registerPosition }
            for (batch, receipt) in stored {
                let outcome = model.take(batch)
                #expect(outcome.stored == receipt.recordCount, "seed \(seed), position \(receipt.registerPosition)")
                #expect(outcome.corrected == receipt.correctedCount)
            }
            try await check(model, house, asOf: nil, "seed \(seed)")
            #expect(try await rollupsThatDifferFromRecords(house) == "0")
        }
    }

    private func declareMetrics(_ house: House) async throws {
        for kind in UsageModel.Kind.allCases where kind != .sum {
            _ = try await UsageServiceClient(try house.client(.office)).createMetric(
                .metric(kind.metric, of: Founding.application) {
                    $0.metric.aggregation = kind.aggregation
                    $0.metric.sourcesAddUp = kind == .sumOfSources
                })
        }
    }

    private func check(_ model: UsageModel, _ house: House, asOf size: Int64?, _ comment: Comment) async throws {
        for (start, end) in Self.periods {
            var request = QueryUsageTotalsRequest()
            request.parent = Founding.application
            request.period.start = start
            request.period.end = end
            if let size { request.asOf.registerSize = size }
            let response = try await UsageServiceClient(try house.client(.office)).queryUsageTotals(request)
            let expected = model.totals(start.second..<end.second)
            #expect(response.totals.map(UsageModel.Figure.init) == expected, comment)
            if let size { #expect(response.asOf.registerSize == size) }
        }
    }

    /// Buckets that are not what a scan of the current records gives, in the database itself.
    private func rollupsThatDifferFromRecords(_ house: House) async throws -> String {
        try house.database.execute(
            """
            WITH current AS (
                SELECT u.*, b.source_id, m.aggregation,
                    u.interval_start + u.interval_seconds * interval '1 second' AS interval_end
                FROM usage_record u JOIN usage_batch b USING (consortium_id, batch_id) JOIN metric m USING (metric_id)
                WHERE NOT EXISTS (
                    SELECT FROM usage_record n
                    WHERE (n.consortium_id, n.application_id, n.metric_id, n.party_id, n.source_key, n.interval_start,
                            n.interval_seconds, n.revision)
                        = (u.consortium_id, u.application_id, u.metric_id, u.party_id, u.source_key, u.interval_start,
                            u.interval_seconds, u.revision + 1))),
            scan AS (
                SELECT c.consortium_id, c.application_id, g.grain,
                    date_trunc(g.part, c.interval_start AT TIME ZONE 'UTC')::date AS bucket,
                    c.metric_id, c.party_id, c.source_id, count(*) AS record_count,
                    CASE min(c.aggregation) WHEN 1 THEN sum(c.quantity)::bigint WHEN 2 THEN max(c.quantity)
                        ELSE (array_agg(c.quantity ORDER BY c.interval_end DESC, c.interval_seconds))[1] END AS quantity
                FROM current c, (VALUES (1::smallint, 'day'), (2::smallint, 'month')) g (grain, part)
                GROUP BY 1, 2, 3, 4, 5, 6, 7)
            SELECT count(*) FROM scan FULL JOIN usage_rollup r
                USING (consortium_id, application_id, grain, bucket, metric_id, party_id, source_id)
            WHERE scan.record_count IS DISTINCT FROM r.record_count OR scan.quantity IS DISTINCT FROM r.quantity
            """
        ).split(separator: "\n").map(String.init).first ?? ""
    }
}

extension API.CivilDate {
    /// Its first second in UTC, since 1970.
    fileprivate var second: Int64 {
        let day = Domain.CivilDate(year: Int(year), month: Int(month), day: Int(self.day))
        return Int64(day?.daysSinceEpoch ?? 0) * 86_400
    }
}
