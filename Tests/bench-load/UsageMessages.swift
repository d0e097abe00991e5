import Foundation
import UsageWire

/// The batches that one connection sends, made beforehand.
enum UsageMessages {
    /// Batches of one party for one month: a record a second, so that no two are about the same interval.
    ///
    /// - Parameters:
    ///   - seconds: records by the second of the month in which their intervals begin.
    ///   - month: the month's first instant, in seconds since 1970-01-01T00:00:00Z.
    static func make(
        for party: String, in consortium: BenchConsortium, seconds: Range<Int>, month: Int64, batch: Int
    ) -> [[UInt8]] {
        stride(from: seconds.lowerBound, to: seconds.upperBound, by: batch).map { first in
            let end = min(first + batch, seconds.upperBound)
            var writer = UsageBatchWriter(
                parent: consortium.application, sourceID: "data-centre", requestID: UUID().uuidString.lowercased(),
                capacity: end - first)
            for second in first..<end {
                writer.append(
                    partyCode: party, metricID: BenchConsortium.metricID, intervalStart: month + Int64(second),
                    intervalEnd: month + Int64(second) + 1, quantity: Int64(second % 1000))
            }
            return writer.bytes
        }
    }
}
