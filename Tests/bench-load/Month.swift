import ArgumentParser
import Domain

/// A month, YYYY-MM.
struct Month: ExpressibleByArgument {
    /// Its first instant, in seconds since 1970-01-01T00:00:00Z.
    let start: Int64
    /// Seconds from its start to its end.
    let seconds: Int

    init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let year = Int(parts[0]), let month = Int(parts[1]),
            let first = CivilDate(year: year, month: month, day: 1), let next = first.adding(months: 1)
        else { return nil }
        start = Int64(first.daysSinceEpoch) * 86_400
        seconds = (next.daysSinceEpoch - first.daysSinceEpoch) * 86_400
    }
}
