import API
import TestSupport

/// What statistics come to, record by record: the plain truth that the server is held against.
struct UsageModel {
    enum Kind: CaseIterable, Sendable {
        case sum
        case sumOfSources
        case max
        case last

        var metric: String {
            switch self {
            case .sum: "cases"
            case .sumOfSources: "documents"
            case .max: "peak"
            case .last: "stock"
            }
        }

        var aggregation: Aggregation {
            switch self {
            case .sum, .sumOfSources: .sum
            case .max: .max
            case .last: .last
            }
        }
    }

    struct Key: Hashable {
        let party: String
        let metric: String
        /// Empty where one source alone may report.
        let source: String
        let start: Int64
        let end: Int64
    }

    struct Record: Equatable {
        var quantity: Int64
        var source: String
        var revision: Int32
    }

    struct Figure: Hashable, Comparable {
        let party: String
        let metric: String
        let quantity: Int64
        let count: Int64

        static func < (left: Figure, right: Figure) -> Bool {
            (left.party, left.metric) < (right.party, right.metric)
        }
    }

    private(set) var records: [Key: Record] = [:]

    /// What a batch comes to.
    struct Outcome: Equatable {
        var stored: Int64 = 0
        var corrected: Int64 = 0
        var unchanged: [Int32] = []
        var conflicts: [Int32] = []

        init() {}

        init(_ receipt: IngestUsageResponse) {
            stored = receipt.recordCount
            corrected = receipt.correctedCount
            unchanged = receipt.unchanged
            conflicts = receipt.conflicts.map(\.index)
        }
    }

    mutating func take(_ batch: IngestUsageRequest) -> Outcome {
        var outcome = Outcome()
        for (index, record) in batch.records.enumerated() {
            let key = Self.key(record, batch.sourceID)
            guard let known = records[key] else {
                records[key] = Record(quantity: record.quantity, source: batch.sourceID, revision: 0)
                outcome.stored += 1
                continue
            }
            if known.source != batch.sourceID || (known.quantity != record.quantity && !batch.supersede) {
                outcome.conflicts.append(Int32(index))
            } else if known.quantity == record.quantity {
                outcome.unchanged.append(Int32(index))
            } else {
                records[key] = Record(
                    quantity: record.quantity, source: batch.sourceID, revision: known.revision + 1)
                outcome.stored += 1
                outcome.corrected += 1
            }
        }
        return outcome
    }

    private static func key(_ record: UsageRecord, _ source: String) -> Key {
        Key(
            party: record.partyCode, metric: record.metricID,
            source: record.metricID == Kind.sumOfSources.metric ? source : "", start: record.intervalStart,
            end: record.intervalEnd)
    }

    /// Totals over the intervals that begin in a range of instants.
    func totals(_ range: Range<Int64>) -> [Figure] {
        let groups = Dictionary(grouping: records.filter { range.contains($0.key.start) }) {
            [$0.key.party, $0.key.metric]
        }
        return groups.map { name, group in
            let kind = Kind.allCases.first { $0.metric == name[1] } ?? .sum
            let quantities = group.map(\.value.quantity)
            let quantity =
                switch kind.aggregation {
                case .max: quantities.max() ?? 0
                case .last:
                    group.max { ($0.key.end, $0.key.start) < ($1.key.end, $1.key.start) }?.value.quantity ?? 0
                default: quantities.reduce(0, +)
                }
            return Figure(party: name[0], metric: name[1], quantity: quantity, count: Int64(group.count))
        }.sorted()
    }
}

extension UsageModel.Figure {
    init(_ total: UsageTotal) {
        self.init(
            party: String(total.party.dropFirst("parties/".count)),
            metric: String(total.metric.dropFirst(Founding.application.count + "/metrics/".count)),
            quantity: total.quantity, count: total.recordCount)
    }
}

/// Batches made of few keys, so that repeats, conflicts and corrections are many.
struct BatchMaker {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    mutating func pick(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

    /// Intervals of one hour or six, that begin within the first 60 days of 2012, on few different hours.
    mutating func batch(of person: Person) -> IngestUsageRequest {
        var batch = IngestUsageRequest()
        batch.parent = Founding.application
        batch.sourceID = Bool.random(using: &generator) ? "rechenzentrum" : "altverfahren"
        batch.requestID = .newRequest
        batch.supersede = Int.random(in: 0..<3, using: &generator) == 0
        let places = 30
        for _ in 0..<Int.random(in: 1...40, using: &generator) {
            var record = UsageRecord()
            record.partyCode = person.code
            record.metricID = UsageModel.Kind.allCases.randomElement(using: &generator)?.metric ?? ""
            record.intervalStart =
                IngestUsageRequest.newYear + Int64.random(in: 0..<Int64(places), using: &generator) * 48 * 3600
            record.intervalEnd = record.intervalStart + (Bool.random(using: &generator) ? 3600 : 6 * 3600)
            record.quantity = Int64.random(in: 0..<4, using: &generator)
            batch.records.append(record)
        }
        return batch
    }
}
