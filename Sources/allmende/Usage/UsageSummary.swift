internal import Foundation
internal import Terminal

/// What a report of usage came to.
struct UsageSummary: Encodable, Sendable {
    /// Batches that the server acknowledged.
    var batches = 0
    /// Records in them.
    var records: Int64 = 0
    /// Batches that it had stored before and therefore not counted again.
    var replayedBatches = 0
    /// Time from the first byte to the last receipt, in nanoseconds.
    var nanoseconds: UInt64 = 0
    /// Entry of the register that holds the last batch.
    var lastPosition: Int64 = 0

    private enum CodingKeys: String, CodingKey {
        case batches, records, replayedBatches, nanoseconds, lastPosition, recordsPerSecond
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(batches, forKey: .batches)
        try container.encode(records, forKey: .records)
        try container.encode(replayedBatches, forKey: .replayedBatches)
        try container.encode(nanoseconds, forKey: .nanoseconds)
        try container.encode(lastPosition, forKey: .lastPosition)
        try container.encode(recordsPerSecond, forKey: .recordsPerSecond)
    }

    private var recordsPerSecond: Int { Rate.perSecond(Int(records), nanoseconds: nanoseconds) ?? 0 }

    /// The summary for people.
    var text: String {
        let replayed =
            replayedBatches == 0
            ? "" : ", \(Grouped.text(replayedBatches)) stored before and not counted again"
        let noun = batches == 1 ? "batch" : "batches"
        return "\(Grouped.text(records)) records in \(Grouped.text(batches)) \(noun)\(replayed); "
            + "\(Rate.seconds(nanoseconds: nanoseconds)), \(Grouped.text(recordsPerSecond)) records a second\n"
    }

    /// The summary as JSON, with its keys in order.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }
}
