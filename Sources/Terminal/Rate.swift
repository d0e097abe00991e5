/// Speeds and durations of a work that was measured.
public enum Rate {
    /// How many a second, rounded down; nil where no time has passed.
    public static func perSecond(_ count: Int, nanoseconds: UInt64) -> Int? {
        guard nanoseconds > 0, count >= 0 else { return nil }
        return Int(clamping: UInt128(count) * 1_000_000_000 / UInt128(nanoseconds))
    }

    /// Seconds with two decimals, rounded to the nearest: `1.25 s`.
    public static func seconds(nanoseconds: UInt64) -> String {
        let hundredths = (nanoseconds + 5_000_000) / 10_000_000
        let rest = hundredths % 100
        return "\(Grouped.text(hundredths / 100)).\(rest < 10 ? "0" : "")\(rest) s"
    }
}
