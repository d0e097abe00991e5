import GRPC
import Histogram

/// Counts calls and keeps the distribution of their latencies.
struct LatencyRecorder: Sendable {
    /// A minute; a call that takes longer counts as one that took that long.
    private static let highest: UInt64 = 60_000_000_000

    private var histogram = Histogram<UInt64>(highestTrackableValue: highest, numberOfSignificantValueDigits: .three)
    /// Calls that ended well.
    private(set) var succeeded = 0
    /// Calls that failed, by status.
    private(set) var failures: [StatusCode: Int] = [:]

    /// A call that ended well after so many nanoseconds.
    mutating func succeeded(after nanoseconds: UInt64) {
        succeeded += 1
        histogram.record(min(nanoseconds, LatencyRecorder.highest))
    }

    mutating func failed(_ code: StatusCode) {
        failures[code, default: 0] += 1
    }

    mutating func add(_ other: LatencyRecorder) {
        succeeded += other.succeeded
        failures.merge(other.failures) { $0 + $1 }
        histogram.add(other.histogram)
    }

    /// Latencies in microseconds, as they are printed.
    var latencies: Latencies {
        func microseconds(_ percentile: Double) -> Double { Double(histogram.valueAtPercentile(percentile)) / 1000 }
        guard succeeded > 0 else { return Latencies(p50: 0, p90: 0, p99: 0, p999: 0, max: 0) }
        return Latencies(
            p50: microseconds(50), p90: microseconds(90), p99: microseconds(99), p999: microseconds(99.9),
            max: Double(histogram.max) / 1000)
    }
}

/// Percentiles of latencies in microseconds.
struct Latencies: Encodable {
    let p50: Double
    let p90: Double
    let p99: Double
    let p999: Double
    let max: Double

    var row: String {
        "p50 \(p50.text())  p90 \(p90.text())  p99 \(p99.text())  p99.9 \(p999.text())  max \(max.text())"
    }
}

/// Failed calls by status, as they are printed.
enum Failures {
    static func named(_ failures: [StatusCode: Int]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: failures.map { ("\($0.key)", $0.value) })
    }

    static func text(_ failures: [String: Int]) -> String {
        guard !failures.isEmpty else { return "none" }
        return failures.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
