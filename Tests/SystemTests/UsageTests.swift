import API
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct UsageTests {
    @Test func aBatchSentTwiceCountsOnce() async throws {
        try await House.with(.founded) { house in
            let batch = IngestUsageRequest.batch(.itzgrund, quantities: [3, 4, 5])
            let other = IngestUsageRequest.batch(.itzgrund, first: 100, quantities: [1])
            let first = try await ingest([batch, other, batch], as: .itzgrund, in: house)
            let second = try await ingest([batch], as: .itzgrund, in: house)
            #expect(first.map(\.replayed) == [false, false, true])
            #expect(second.map(\.replayed) == [true])
            var receipt = second[0]
            receipt.replayed = false
            #expect(receipt == first[0])
            #expect(first[0].requestID == batch.requestID)
            #expect(first[0].recordCount == 3)
            #expect(first[0].rowRoot.count == 32)
            #expect(first[1].registerPosition == first[0].registerPosition + 1)
            let totals = try await usage(of: .itzgrund, in: house)
            #expect(totals.map(\.quantity) == [13])
            #expect(totals.map(\.recordCount) == [4])
        }
    }

    @Test func whatIsStoredIsUnchangedOrInConflictAndNeighboursAreKept() async throws {
        try await House.with(.founded) { house in
            let first = try await ingest([.batch(.itzgrund, quantities: [3, 4, 5])], as: .itzgrund, in: house)
            // Hours 1 and 2 are there, 2 with another quantity; hour 3 is new, and comes twice.
            var next = IngestUsageRequest.batch(.itzgrund, first: 1, quantities: [4, 9, 7, 8])
            next.records[3] = next.records[2]
            next.records.append(next.records[2])
            next.records[4].quantity = 1
            let second = try await ingest([next], as: .itzgrund, in: house)[0]
            #expect(second.recordCount == 1 && second.correctedCount == 0)
            #expect(second.unchanged == [0, 3])
            #expect(second.conflicts.map(\.index) == [1, 4])
            #expect(second.conflicts.map(\.storedQuantity) == [5, 7])
            #expect(second.conflicts.map(\.registerPosition) == [first[0].registerPosition, -1])
            #expect(second.rejections.isEmpty)
            #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [19])
            #expect(try await usage(of: .itzgrund, in: house).map(\.recordCount) == [4])

            // Nothing new: nothing is stored and nothing entered.
            let before = try rows(house)
            let third = try await ingest([.batch(.itzgrund, quantities: [3, 4])], as: .itzgrund, in: house)[0]
            #expect(third.recordCount == 0 && third.unchanged == [0, 1] && third.rowRoot.isEmpty)
            #expect(try rows(house) == before)
        }
    }

    @Test func aSecondSystemIsRefusedUnlessTheMetricAddsSourcesUp() async throws {
        try await House.with(.founded) { house in
            _ = try await UsageServiceClient(try house.client(.office)).createMetric(
                .metric("documents", of: Founding.application) { $0.metric.sourcesAddUp = true })
            _ = try await ingest([.batch(.itzgrund, quantities: [3, 4])], as: .itzgrund, in: house)
            let other = IngestUsageRequest.batch(.itzgrund, quantities: [3, 1], source: "altverfahren")
            let refused = try await ingest([other], as: .itzgrund, in: house)[0]
            #expect(refused.recordCount == 0)
            #expect(refused.conflicts.map(\.otherSource) == [true, true])
            for source in ["rechenzentrum", "altverfahren"] {
                let batch = IngestUsageRequest.batch(
                    .itzgrund, quantities: [10, 1], source: source, metric: "documents")
                #expect(try await ingest([batch], as: .itzgrund, in: house)[0].recordCount == 2)
            }
            #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [7, 22])
        }
    }

    @Test func aCorrectionSupersedesAndBothStay() async throws {
        try await House.with(.founded) { house in
            let first = try await ingest([.batch(.itzgrund, quantities: [3, 4])], as: .itzgrund, in: house)[0]
            var correction = IngestUsageRequest.batch(.itzgrund, quantities: [3, 40, 5])
            correction.supersede = true
            let second = try await ingest([correction], as: .itzgrund, in: house)[0]
            #expect(second.recordCount == 2 && second.correctedCount == 1 && second.unchanged == [0])
            #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [48])
            #expect(try await usage(of: .itzgrund, in: house).map(\.recordCount) == [3])
            let before = try await usage(of: .itzgrund, in: house, registerSize: second.registerPosition)
            #expect(before.map(\.quantity) == [7] && before.map(\.recordCount) == [2])

            let revisions = try await history(house, hour: 1)
            #expect(revisions.map(\.quantity) == [4, 40])
            #expect(revisions.map(\.revision) == [0, 1])
            #expect(revisions.map(\.registerPosition) == [first.registerPosition, second.registerPosition])
            #expect(try await history(house, hour: 1, registerSize: second.registerPosition).map(\.quantity) == [4])
            #expect(try await history(house, hour: 7).isEmpty)
            // The same correction again, as another batch, changes nothing.
            correction.requestID = .newRequest
            #expect(try await ingest([correction], as: .itzgrund, in: house)[0].unchanged == [0, 1, 2])
        }
    }

    private func history(_ house: House, hour: Int64, registerSize: Int64? = nil) async throws -> [UsageRevision] {
        try await UsageServiceClient(try house.client(.itzgrund)).getUsageHistory(
            .with {
                $0.parent = Founding.application
                $0.party = Person.itzgrund.party
                $0.metric = Founding.metric
                $0.intervalStart = IngestUsageRequest.newYear + hour * 3600
                $0.intervalEnd = $0.intervalStart + 3600
                if let registerSize { $0.asOf.registerSize = registerSize }
            }
        ).revisions
    }

    @Test func wrongRecordsAreNamedAndTheirNeighboursKept() async throws {
        try await House.with(.founded) { house in
            try await setDemands(house)
            let wrong = WrongRecord.all
            var batch = IngestUsageRequest.batch(.itzgrund, quantities: Array(repeating: 2, count: 2 * wrong.count))
            for (index, record) in wrong.enumerated() { record.spoil(&batch.records[2 * index]) }
            let receipt = try await ingest([batch], as: .itzgrund, in: house)[0]
            #expect(receipt.recordCount == Int64(wrong.count))
            let said = receipt.rejections.flatMap { rejection in
                rejection.indexes.map { ($0, "\(rejection.field) \(rejection.reason)") }
            }.sorted { $0.0 < $1.0 }
            #expect(said.map(\.0) == wrong.indices.map { Int32(2 * $0) })
            for (record, text) in zip(wrong, said) { #expect(text.1 == record.expected, "\(record.name)") }
            #expect(try await usage(of: .itzgrund, in: house).map(\.recordCount) == [Int64(wrong.count)])
        }
    }

    /// Quantities of 1 to 1000 over at least a minute; only rechenzentrum reports.
    private func setDemands(_ house: House) async throws {
        let office = UsageServiceClient(try house.client(.office))
        _ = try await office.createMetric(.metric("old", of: Founding.application))
        _ = try await office.retireMetric(
            .with {
                $0.name = Founding.application + "/metrics/old"
                $0.requestID = .newRequest
            })
        _ = try await office.createMetric(
            .metric("elsewhere", of: Founding.application) {
                $0.metric.reporters = [
                    .with {
                        $0.party = Person.itzgrund.party
                        $0.sourceID = "altverfahren"
                    }
                ]
            })
        let updated = try await office.updateMetric(
            .with {
                $0.metric.name = Founding.metric
                $0.metric.minimumQuantity = 1
                $0.metric.maximumQuantity = 1000
                $0.metric.smallestIntervalSeconds = 60
                $0.updateMask.paths = ["minimum_quantity", "maximum_quantity", "smallest_interval_seconds"]
                $0.requestID = .newRequest
            })
        #expect(updated.metric.unit == "case" && updated.metric.maximumQuantity == 1000)
        let metrics = try await office.listMetrics(.with { $0.parent = Founding.application }).metrics
        #expect(metrics.map(\.state) == [.active, .active, .retired])
    }

    /// It takes nothing more, and nobody takes its place; what was recorded counts on.
    @Test func aRetiredMetricStays() async throws {
        try await House.with(.founded) { house in
            let office = UsageServiceClient(try house.client(.office))
            let first = try await ingest([.batch(.itzgrund, quantities: [3])], as: .itzgrund, in: house)[0]
            func retire() async throws -> Metric {
                try await office.retireMetric(
                    .with {
                        $0.name = Founding.metric
                        $0.requestID = .newRequest
                    }
                ).metric
            }
            #expect(try await retire().state == .retired)
            let again = await refusal { _ = try await retire() }
            #expect(again?.reason == "INVALID_STATE")
            let changed = await refusal {
                _ = try await office.updateMetric(
                    .with {
                        $0.metric.name = Founding.metric
                        $0.updateMask.paths = ["minimum_quantity"]
                        $0.requestID = .newRequest
                    })
            }
            #expect(changed?.reason == "INVALID_STATE")
            let successor = await refusal {
                _ = try await office.createMetric(.metric("cases", of: Founding.application))
            }
            #expect(successor?.reason == "ALREADY_EXISTS" && successor?.fields == ["metric_id"])

            #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [3])
            #expect(try await history(house, hour: 0).map(\.quantity) == [3])
            for (size, state) in [(first.registerPosition, MetricState.active), (nil, .retired)] {
                let metrics = try await office.listMetrics(
                    .with {
                        $0.parent = Founding.application
                        if let size { $0.asOf.registerSize = size }
                    }
                ).metrics
                #expect(metrics.map(\.name) == [Founding.metric] && metrics.map(\.state) == [state])
            }
        }
    }

    @Test func aDataCentreReportsForManyUntilTheirMandateEnds() async throws {
        try await House.with(.founded) { house in
            for person in [Person.itzgrund, .grossheirath] {
                _ = try await AccessServiceClient(try house.client(person)).createMandate(
                    .with {
                        $0.parent = person.party
                        $0.mandateID = "rechenzentrum"
                        $0.mandate.holder = Person.ebern.party
                        $0.mandate.purposes = [.reportUsage]
                        $0.mandate.valid.start = .day(2012, 1, 1)
                        $0.requestID = .newRequest
                    })
            }
            func batch(first: Int64) -> IngestUsageRequest {
                let people = [Person.itzgrund, .grossheirath, .untermerzbach, .ebern]
                var batch = IngestUsageRequest.batch(.itzgrund, first: first, quantities: [1, 2, 4, 8])
                for (index, person) in people.enumerated() { batch.records[index].partyCode = person.code }
                return batch
            }
            let stream = try await UsageServiceClient(try house.client(.ebern)).ingestUsage()
            try await stream.send(batch(first: 0))
            let first = try await stream.receive()
            // It may report neither for who gave it no mandate, nor for itself, who is no member.
            #expect(first?.recordCount == 2)
            #expect(first?.rejections.map(\.indexes) == [[2, 3]])
            _ = try await AccessServiceClient(try house.client(.itzgrund)).revokeMandate(
                .with {
                    $0.name = Person.itzgrund.party + "/mandates/rechenzentrum"
                    $0.requestID = .newRequest
                })
            try await stream.send(batch(first: 10))
            #expect(try await stream.receive()?.rejections.map(\.indexes) == [[0, 2, 3]])
            try await stream.finish()
            // Each sees its own, and whose batch it came in does not matter.
            #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [1])
            #expect(try await usage(of: .grossheirath, in: house).map(\.quantity) == [4])
            let size = try await usage(
                of: .grossheirath, in: house, registerSize: first.map { $0.registerPosition + 1 })
            #expect(size.map(\.quantity) == [2])
        }
    }

    @Test func oneBatchInOneCallIsTakenLikeOneOfAStream() async throws {
        try await House.with(.founded) { house in
            let batch = IngestUsageRequest.batch(.itzgrund, quantities: [3, 4, -5])
            let request = try ReportUsageRequest(serializedBytes: batch.serializedBytes() as [UInt8])
            let client = UsageServiceClient(try house.client(.itzgrund))
            let receipt = try await client.reportUsage(request)
            #expect(receipt.recordCount == 2)
            #expect(receipt.rejections.map(\.field) == ["quantity"])
            // What both have in common is one thing: the stream answers the same batch with the same receipt.
            var again = try await ingest([batch], as: .itzgrund, in: house)[0]
            #expect(again.replayed)
            again.replayed = false
            #expect(try again.serializedBytes() as [UInt8] == receipt.serializedBytes())
        }
    }

    @Test func aSeriesComesInPagesAndAddsUp() async throws {
        try await House.with(.founded) { house in
            for (person, count) in [(Person.itzgrund, 2000), (.grossheirath, 30)] {
                _ = try await ingest(
                    [.batch(person, quantities: (0..<Int64(count)).map { $0 % 7 })], as: person, in: house)
            }
            for grain in [UsageGrain.day, .month, .quarter, .year] {
                var request = QueryUsageSeriesRequest()
                request.parent = Founding.application
                request.period = .year(2012)
                request.grain = grain
                request.pageSize = 7
                var points: [UsagePoint] = []
                repeat {
                    let page = try await UsageServiceClient(try house.client(.office)).queryUsageSeries(request)
                    points += page.points
                    request.pageToken = page.nextPageToken
                } while !request.pageToken.isEmpty
                let count = [.day: 84 + 2, .month: 3 + 1, .quarter: 1 + 1, .year: 2][grain]
                #expect(points.count == count, "\(grain)")
                let totals = try await usage(of: .office, in: house)
                for total in totals {
                    let own = points.filter { $0.party == total.party }
                    #expect(own.map(\.quantity).reduce(0, +) == total.quantity, "\(grain)")
                    #expect(own.map(\.recordCount).reduce(0, +) == total.recordCount, "\(grain)")
                }
            }
            // A token belongs to its request and its caller.
            var request = QueryUsageSeriesRequest()
            request.parent = Founding.application
            request.period = .year(2012)
            request.grain = .day
            request.pageSize = 1
            request.pageToken = try await UsageServiceClient(try house.client(.office))
                .queryUsageSeries(request).nextPageToken
            let other = await refusal { [request] in
                _ = try await UsageServiceClient(try house.client(.itzgrund)).queryUsageSeries(request)
            }
            #expect(other?.reason == "INVALID_PAGE_TOKEN")
        }
    }

    @Test func silenceIsNotTakenForZero() async throws {
        try await House.with(.founded) { house in
            // Hours of January and February.
            _ = try await ingest(
                [.batch(.itzgrund, quantities: Array(repeating: 1, count: 800))], as: .itzgrund, in: house)
            var request = QueryUsageTotalsRequest()
            request.parent = Founding.application
            request.period = .year(2012)
            let office = try await UsageServiceClient(try house.client(.office)).queryUsageTotals(request)
            #expect(office.totals.map(\.party) == [Person.itzgrund.party])
            #expect(office.coverage.map(\.party) == Person.members.map(\.party))
            #expect(office.coverage.map(\.sourceID) == ["", "rechenzentrum", ""])
            #expect(office.coverage.map(\.monthCount) == [12, 12, 12])
            #expect(office.coverage.map(\.missingMonths.count) == [12, 10, 12])
            #expect(office.coverage[1].missingMonths.first == .day(2012, 3, 1))
            let own = try await UsageServiceClient(try house.client(.itzgrund)).queryUsageTotals(request)
            #expect(own.coverage.map(\.party) == [Person.itzgrund.party])
        }
    }

    @Test func aWatchTellsOfNewTotals() async throws {
        try await House.with(.founded) { house in
            let stream = try await UsageServiceClient(try house.client(.office)).watchUsage(
                .with {
                    $0.parent = Founding.application
                    $0.period = .year(2012)
                })
            #expect(try await stream.receive()?.totals.isEmpty == true)
            _ = try await ingest([.batch(.itzgrund, quantities: [3])], as: .itzgrund, in: house)
            #expect(try await stream.receive()?.totals.map(\.quantity) == [3])
            let receipt = try await ingest([.batch(.grossheirath, quantities: [4])], as: .grossheirath, in: house)[0]
            let change = try await stream.receive()
            #expect(change?.totals.map(\.party) == [Person.grossheirath.party])
            #expect(change?.registerSize == receipt.registerPosition + 1)
            stream.cancel()
        }
    }

    @Test func batchesUpToTheLimit() async throws {
        try await House.with(.founded) { house in
            let full = IngestUsageRequest.batch(.itzgrund, quantities: Array(repeating: 1, count: 10_000))
            let receipts = try await ingest([full], as: .itzgrund, in: house)
            #expect(receipts.map(\.recordCount) == [10_000])
            // 10,000 hours of 2012 reach into 2013: 8784 hours lie in the leap year.
            #expect(try await usage(of: .itzgrund, in: house).map(\.recordCount) == [8784])
            let long = IngestUsageRequest.batch(
                .itzgrund, first: 20_000, quantities: Array(repeating: 1, count: 10_001))
            let refused = await refusal { _ = try await ingest([long], as: .itzgrund, in: house) }
            #expect(refused?.code == .invalidArgument)
            #expect(refused?.reason == "BATCH_TOO_LARGE")
            #expect(refused?.fields == ["records"])
            #expect(refused?.message.contains("10001") == true)
            #expect(try house.database.number("SELECT count(*) FROM usage_record") == 10_000)
        }
    }

    @Test func totalsAreThoseOfARegistersSize() async throws {
        try await House.with(.founded) { house in
            let first = try await ingest([.batch(.itzgrund, quantities: [3])], as: .itzgrund, in: house)
            let size = first[0].registerPosition + 1
            let second = try await ingest([.batch(.itzgrund, first: 1, quantities: [4])], as: .itzgrund, in: house)
            #expect(second[0].registerPosition == size)
            #expect(try await usage(of: .itzgrund, in: house, registerSize: size).map(\.quantity) == [3])
            #expect(try await usage(of: .itzgrund, in: house, registerSize: size + 1).map(\.quantity) == [7])
            #expect(try await usage(of: .itzgrund, in: house, registerSize: size - 1).isEmpty)
            // Others see nothing of it; office and auditor see all.
            #expect(try await usage(of: .grossheirath, in: house).isEmpty)
            #expect(try await usage(of: .office, in: house).map(\.quantity) == [7])
            #expect(try await usage(of: .auditor, in: house).map(\.quantity) == [7])
        }
    }

    private func rows(_ house: House) throws -> String {
        try house.database.execute(
            "SELECT (SELECT count(*) FROM usage_record), (SELECT count(*) FROM usage_batch), sum(size) FROM register")
    }
}

/// A record that is refused, and what is said of it.
struct WrongRecord: Sendable {
    let name: String
    let expected: String
    let spoil: @Sendable (inout UsageRecord) -> Void

    static let all: [WrongRecord] = [
        WrongRecord(name: "another's party", expected: "party_code PERMISSION_DENIED") {
            $0.partyCode = Person.grossheirath.code
        },
        WrongRecord(name: "no party", expected: "party_code PERMISSION_DENIED") { $0.partyCode = "" },
        WrongRecord(name: "unknown metric", expected: "metric_id UNKNOWN_METRIC") { $0.metricID = "clicks" },
        WrongRecord(name: "retired metric", expected: "metric_id INVALID_STATE") { $0.metricID = "old" },
        WrongRecord(name: "not this system", expected: "party_code PERMISSION_DENIED") { $0.metricID = "elsewhere" },
        WrongRecord(name: "before 1970", expected: "interval_start INVALID_FIELD") { $0.intervalStart = -1 },
        WrongRecord(name: "smallest start", expected: "interval_start INVALID_FIELD") { $0.intervalStart = .min },
        WrongRecord(name: "largest end", expected: "interval_end INVALID_FIELD") { $0.intervalEnd = .max },
        WrongRecord(name: "empty interval", expected: "interval_end INVALID_FIELD") {
            $0.intervalEnd = $0.intervalStart
        },
        WrongRecord(name: "backward interval", expected: "interval_end INVALID_FIELD") {
            $0.intervalEnd = $0.intervalStart - 1
        },
        WrongRecord(name: "367 days", expected: "interval_end INVALID_FIELD") {
            $0.intervalEnd = $0.intervalStart + 366 * 86_400 + 1
        },
        WrongRecord(name: "a second", expected: "interval_end INVALID_FIELD") {
            $0.intervalEnd = $0.intervalStart + 1
        },
        WrongRecord(name: "in the future", expected: "interval_end INVALID_FIELD") {
            $0.intervalStart = 7_000_000_000
            $0.intervalEnd = $0.intervalStart + 3600
        },
        WrongRecord(name: "negative", expected: "quantity INVALID_FIELD") { $0.quantity = -1 },
        WrongRecord(name: "too little", expected: "quantity OUT_OF_RANGE") { $0.quantity = 0 },
        WrongRecord(name: "too much", expected: "quantity OUT_OF_RANGE") { $0.quantity = 1001 },
        WrongRecord(name: "largest quantity", expected: "quantity OUT_OF_RANGE") { $0.quantity = .max },
    ]
}

extension TestDatabase {
    /// The one number that `text` gives as the superuser.
    func number(_ text: String) throws -> Int? {
        try execute(text).split(separator: "\n").first.flatMap { Int($0) }
    }
}
