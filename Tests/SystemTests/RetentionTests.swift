import API
import Domain
import EventLoop
import GRPC
import Logging
import Postgres
import Services
import Store
import SwiftProtobuf
import TestSupport
import Testing

/// Records past their retention are dropped with an entry; what is left says so instead of being wrong.
@Suite(.timeLimit(.minutes(5)))
struct RetentionTests {
    private typealias Outcome = RetentionSweep.Outcome

    /// Hours from the last week of January to 10 March in batches of which one reaches over two months' ends.
    private func work(_ house: House) async throws -> Int64 {
        let office = UsageServiceClient(try house.client(.office))
        _ = try await office.createMetric(.metric("stock", of: Founding.application) { $0.metric.aggregation = .last })
        let ones = [Int64](repeating: 1, count: 24 * 7)
        _ = try await ingest([.batch(.itzgrund, first: 24 * 20, quantities: ones)], as: .itzgrund, in: house)
        let long = [Int64](repeating: 2, count: 24 * 40)
        let size =
            try await ingest(
                [
                    .batch(.itzgrund, first: 24 * 30, quantities: long),
                    .batch(.itzgrund, first: 24 * 30, quantities: [5]),
                ],
                as: .itzgrund, in: house)[0].registerPosition + 1
        // Corrections and a last value in the month that goes, and in one that stays.
        for hour: Int64 in [24 * 30, 24 * 62] {
            var batch = IngestUsageRequest.batch(.itzgrund, first: hour, quantities: [9])
            batch.supersede = true
            _ = try await ingest([batch], as: .itzgrund, in: house)
            let stock = IngestUsageRequest.batch(.grossheirath, first: hour, quantities: [4], metric: "stock")
            _ = try await ingest([stock], as: .grossheirath, in: house)
        }
        return size
    }

    private func close(_ year: Int32, _ house: House) async throws {
        let periods = PeriodServiceClient(try house.client(.office))
        _ = try await periods.closePeriod(.closing(try await periods.createPeriod(.year(year)).period))
    }

    private func sweep(_ house: House, times: Int = 1) async throws -> [Outcome] {
        let group = EventLoopGroup(count: 1)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let database = Database(
            configuration: DatabaseConfiguration(connection: house.database.connection, role: "allmende_app"),
            group: group, logger: logger)
        let result: Result<[Outcome], any Error>
        do {
            try await database.start()
            let sweep = RetentionSweep(store: Store(database: database), logger: logger)
            result = .success(
                try await withThrowingTaskGroup(of: [Outcome].self) { tasks in
                    for _ in 0..<times { tasks.addTask(executorPreference: group.loops[0]) { try await sweep.run() } }
                    return try await tasks.reduce(into: []) { $0 += $1 }
                })
        } catch {
            result = .failure(error)
        }
        await database.shutdown()
        await Task.detached { group.shutdown() }.value
        return try result.get()
    }

    private func totals(_ house: House, asOf size: Int64? = nil) async throws -> QueryUsageTotalsResponse {
        try await UsageServiceClient(try house.client(.office)).queryUsageTotals(
            .with {
                $0.parent = Founding.application
                $0.period = .year(2012)
                if let size { $0.asOf.registerSize = size }
            })
    }

    @Test func closedMonthsPastTheirRetentionAreDroppedOnce() async throws {
        try await House.with(.founded) { house in
            let size = try await work(house)
            #expect(try await sweep(house).isEmpty)
            try await Founding(house: house).amendCharter { $0.usageRetentionMonths = 12 }
            guard case .kept("itzgrund", "2012-01", let reason)? = try await sweep(house).first else {
                Issue.record("what was not closed was dropped")
                return
            }
            #expect(reason.contains("2012-01-01"))
            try await close(2012, house)
            let before = try await totals(house)
            let rows = try #require(try house.database.number("SELECT count(*) FROM usage_record"))
            let january = try #require(
                try house.database.number("SELECT count(*) FROM usage_record WHERE interval_start < '2012-02-01Z'"))

            let outcomes = try await sweep(house, times: 2)
            #expect(outcomes.count == 3)
            #expect(outcomes.contains(.dropped(consortium: "itzgrund", month: "2012-01", records: Int64(january))))
            #expect(try house.database.number("SELECT count(*) FROM usage_record") == 0)
            #expect(try house.database.number("SELECT sum(record_count) FROM usage_drop") == rows)
            let partitions = "SELECT count(*) FROM pg_class WHERE relname LIKE 'usage_record_2012_0_'"
            #expect(try house.database.number(partitions) == 0)
            #expect(try await sweep(house).isEmpty)
            try await checkEntries(house, rows: rows)
            try await checkAnswers(house, before, size)
            let report = try await house.database.audit()
            #expect(report.findings.isEmpty, "\(report.findings)")
            #expect(report.droppedUsageRows == Int64(rows))
        }
    }

    private func checkEntries(_ house: House, rows: Int) async throws {
        let entries = try await RegisterServiceClient(try house.client(.auditor)).listEntries(
            .with {
                $0.register = Founding.consortium
                $0.pageSize = 1000
            }
        ).entries
        let drops = entries.compactMap { entry in
            if case .usageDropped(let drop) = entry.change { (entry, drop) } else { nil }
        }
        #expect(drops.map(\.1.month.month) == [1, 2, 3])
        #expect(drops.allSatisfy { $0.0.actor == Actor() && $0.1.rootsSha256.count == 32 })
        #expect(drops.allSatisfy { $0.1.applications.map(\.application) == [Founding.application] })
        #expect(drops.flatMap(\.1.applications).map(\.recordCount).reduce(0, +) == Int64(rows))
        // The roots are those of the batches' entries.
        let roots = entries.compactMap { entry in
            if case .usageBatchRecorded(let batch) = entry.change { batch.rowRoot } else { nil }
        }
        #expect(drops[0].1.batchCount == 4 && roots.count == 6)
    }

    private func checkAnswers(_ house: House, _ before: QueryUsageTotalsResponse, _ size: Int64) async throws {
        let after = try await totals(house)
        #expect(after.totals == before.totals && after.coverage == before.coverage)
        #expect(!before.hasKeptFrom && after.keptFrom == .day(2012, 4, 1))
        let older = await refusal { _ = try await totals(house, asOf: size) }
        #expect(older?.reason == "NO_LONGER_KEPT" && older?.metadata["kept_from"] == "2012-04-01")
        let history = await refusal {
            _ = try await UsageServiceClient(try house.client(.itzgrund)).getUsageHistory(
                .with {
                    $0.parent = Founding.application
                    $0.party = Person.itzgrund.party
                    $0.metric = Founding.metric
                    $0.intervalStart = IngestUsageRequest.newYear
                    $0.intervalEnd = IngestUsageRequest.newYear + 3600
                })
        }
        #expect(history?.reason == "NO_LONGER_KEPT")
        // What comes for a dropped month is refused record by record; its neighbours are kept.
        var late = IngestUsageRequest.batch(.itzgrund, quantities: [1, 1])
        late.records[1].intervalStart += 200 * 86_400
        late.records[1].intervalEnd += 200 * 86_400
        let receipt = try await ingest([late], as: .itzgrund, in: house)[0]
        #expect(receipt.recordCount == 1)
        #expect(receipt.rejections.map(\.reason) == ["NO_LONGER_KEPT"])
        #expect(receipt.rejections.map(\.field) == ["interval_start"] && receipt.rejections[0].indexes == [0])
    }

    /// Only January is closed: the long batch stays in part, under a root of its own.
    @Test func whatIsLeftOfABatchStaysProven() async throws {
        try await House.with(.founded) { house in
            _ = try await work(house)
            try await Founding(house: house).amendCharter { $0.usageRetentionMonths = 12 }
            let periods = PeriodServiceClient(try house.client(.office))
            var month = CreatePeriodRequest.year(2012)
            month.period.kind = .month
            _ = try await periods.closePeriod(.closing(try await periods.createPeriod(month).period))
            let outcomes = try await sweep(house)
            #expect(outcomes.count == 2 && outcomes.last.map { if case .kept = $0 { true } else { false } } == true)
            let report = try await house.database.audit()
            #expect(report.findings.isEmpty && report.droppedUsageRows > 0, "\(report.findings)")
            #expect(try house.database.number("SELECT count(*) FROM usage_remainder") == 1)
            // A stream that was open before goes on, with what holds now.
            let kept = try await ingest(
                [.batch(.itzgrund, first: 24 * 75, quantities: [1])], as: .itzgrund, in: house)
            #expect(kept[0].recordCount == 1)
            try house.database.execute(
                "UPDATE usage_record SET quantity = 3 WHERE interval_start = '2012-02-05 00:00:00Z'")
            let found = try await house.database.audit().findings
            #expect(found.contains { $0.reason.hasPrefix("what a dropped month has left of it") }, "\(found)")
            // What does not bear its root is not given a new one.
            month.periodID = "february"
            month.period.days.start = .day(2012, 2, 1)
            month.requestID = .newRequest
            _ = try await periods.closePeriod(.closing(try await periods.createPeriod(month).period))
            guard case .kept(_, "2012-02", let reason)? = try await sweep(house).first else {
                Issue.record("a batch that was edited was dropped in part")
                return
            }
            #expect(reason.contains("is not what its entry"))
        }
    }

    /// A stream goes on over a drop: what it had looked up no longer holds.
    @Test func aStreamLearnsOfADrop() async throws {
        try await House.with(.founded) { house in
            try await Founding(house: house).amendCharter { $0.usageRetentionMonths = 12 }
            let stream = try await UsageServiceClient(try house.client(.itzgrund)).ingestUsage()
            try await stream.send(.batch(.itzgrund, quantities: [1]))
            #expect(try await stream.receive()?.recordCount == 1)
            try await close(2012, house)
            #expect(try await sweep(house).count == 1)
            try await stream.send(.batch(.itzgrund, first: 1, quantities: [1]))
            #expect(try await stream.receive()?.rejections.map(\.reason) == ["NO_LONGER_KEPT"])
            try await stream.send(.batch(.itzgrund, first: 24 * 40, quantities: [1]))
            #expect(try await stream.receive()?.recordCount == 1)
            // Another server's sweep has dropped a partition that this one remembers: it is made again.
            try house.database.execute("DROP TABLE usage_record_2012_02")
            try await stream.send(.batch(.itzgrund, first: 24 * 41, quantities: [1]))
            #expect(try await stream.receive()?.recordCount == 1)
            try await stream.finish()
        }
    }

    @Test func partitionsAreMadeAhead() async throws {
        try await House.with(.founded) { house in
            let missing = """
                SELECT count(*) FROM generate_series(0, 3) n WHERE to_regclass('usage_record_'
                    || to_char(now() AT TIME ZONE 'UTC' + n * interval '1 month', 'YYYY_MM')) IS NULL
                """
            while try house.database.number(missing) != 0 { await Task.yield() }
        }
    }

    @Test func retentionHasBounds() async throws {
        try await House.with(.founded) { house in
            for months: Int32 in [-1, 1, 11, 1201] {
                let refused = await refusal {
                    _ = try await Founding(house: house).amendCharter("months\(months)") {
                        $0.usageRetentionMonths = months
                    }
                }
                #expect(refused?.fields.first?.hasSuffix("charter.usage_retention_months") == true, "\(months)")
            }
        }
    }
}
