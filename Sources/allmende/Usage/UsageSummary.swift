internal import Foundation
internal import Terminal

/// What a report of usage came to.
struct UsageSummary: Encodable, Sendable {
    /// Batches that the server acknowledged.
    var batches = 0
    /// Records that it stored, corrections included.
    var records: Int64 = 0
    /// Records among them that correct an earlier one.
    var corrected: Int64 = 0
    /// Records among them of a closed period.
    var late: Int64 = 0
    /// Records that it had before with the same quantity.
    var unchanged = 0
    /// Records that contradict what is stored.
    var conflicts = 0
    /// Rows that were refused or could not be read.
    var rejected = 0
    /// Batches that it had stored before and therefore not counted again.
    var replayedBatches = 0
    /// Time from the first byte to the last receipt, in nanoseconds.
    var nanoseconds: UInt64 = 0
    /// Entry of the register that holds the last batch.
    var lastPosition: Int64 = 0

    private enum CodingKeys: String, CodingKey {
        case batches, records, corrected, late, unchanged, conflicts, rejected, replayedBatches, nanoseconds
        case lastPosition, recordsPerSecond
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(batches, forKey: .batches)
        try container.encode(records, forKey: .records)
        try container.encode(corrected, forKey: .corrected)
        try container.encode(late, forKey: .late)
        try container.encode(unchanged, forKey: .unchanged)
        try container.encode(conflicts, forKey: .conflicts)
        try container.encode(rejected, forKey: .rejected)
        try container.encode(replayedBatches, forKey: .replayedBatches)
        try container.encode(nanoseconds, forKey: .nanoseconds)
        try container.encode(lastPosition, forKey: .lastPosition)
        try container.encode(recordsPerSecond, forKey: .recordsPerSecond)
    }

    /// Rows that are dealt with.
    var rows: Int { Int(records) + unchanged + conflicts + rejected }

    private var recordsPerSecond: Int { Rate.perSecond(Int(records), nanoseconds: nanoseconds) ?? 0 }

    /// The summary for people.
    var text: String {
        let replayed =
            replayedBatches == 0
            ? "" : ", \(Grouped.text(replayedBatches)) stored before and not counted again"
        let noun = batches == 1 ? "batch" : "batches"
        let parts = [
            (Int(corrected), "corrected an earlier one"), (Int(late), "belong to a closed period"),
            (unchanged, "were there already"), (conflicts, "contradict what is stored"), (rejected, "were refused"),
        ].filter { $0.0 > 0 }.map { "; \(Grouped.text($0.0)) \($0.1)" }.joined()
        return "\(Grouped.text(records)) records in \(Grouped.text(batches)) \(noun)\(replayed)\(parts); "
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
