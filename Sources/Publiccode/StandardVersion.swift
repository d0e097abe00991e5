/// A version of the standard: `0.4` or `0.4.0`; `0` alone stands for the newest of the series.
struct StandardVersion: Comparable {
    /// The number after `0.`.
    let minor: Int

    /// Versions that are known: keys and words have come and gone, no meaning has changed.
    static let known = 2...7
    /// The first with `fundedBy` and `organisation`.
    static let withFunders = 5

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.first == "0", parts.count <= 3,
            parts.allSatisfy({ !$0.isEmpty && $0.count <= 2 && $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        guard parts.count > 1 else {
            minor = Self.known.upperBound
            return
        }
        guard let number = Int(parts[1]), Self.known.contains(number) else { return nil }
        minor = number
    }

    static func < (left: StandardVersion, right: StandardVersion) -> Bool { left.minor < right.minor }
}
