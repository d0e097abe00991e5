internal import Domain
internal import Glibc

/// The wall clock. Recorded time is the position in a register; instants are only said beside it.
enum Clock {
    /// Microseconds since 1970-01-01T00:00:00Z.
    static func microseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }

    /// Today in UTC.
    static func today() -> CivilDate {
        // The clock of a machine that runs this cannot leave the years 1 to 9999.
        CivilDate(daysSinceEpoch: Int(microseconds() / 86_400_000_000)) ?? Instant(seconds: 0)!.dateInUTC
    }
}
