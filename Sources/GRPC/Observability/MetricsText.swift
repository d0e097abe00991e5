/// Text in the OpenMetrics format 1.0 that scrapers read, put together family by family.
public struct MetricsText: Sendable {
    /// What a family of metrics counts.
    public enum Kind: String, Sendable {
        /// Only grows; the samples end in `_total`.
        case counter
        case gauge
        case histogram
        /// Constant labels with the value 1; the samples end in `_info`.
        case info
    }

    public struct Label: Sendable {
        let name: String
        let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public enum Value: Sendable {
        case count(UInt64)
        /// Written in seconds, as the format wants it.
        case nanoseconds(UInt64)
    }

    private(set) var bytes: [UInt8] = []
    private var name = ""
    private var kind = Kind.gauge
    private var names: Set<String> = []

    init() {}

    /// Begins a family, to which the samples that follow belong.
    ///
    /// - Parameters:
    ///   - name: without the suffixes `_total` and `_info`; ends in the unit if there is one. Each is begun once.
    ///   - unit: in the plural, for example "seconds".
    ///   - help: one sentence.
    public mutating func family(_ name: String, _ kind: Kind, unit: String? = nil, help: String) {
        precondition(names.insert(name).inserted, "the metric \(name) has two sources")
        precondition(unit.map { name.hasSuffix("_" + $0) } ?? true, "the name of the metric \(name) ends in its unit")
        self.name = name
        self.kind = kind
        append("# TYPE \(name) \(kind.rawValue)\n")
        if let unit { append("# UNIT \(name) \(unit)\n") }
        append("# HELP \(name) \(MetricsText.escaped(help))\n")
    }

    /// One sample of a counter, a gauge or an info.
    public mutating func sample(_ value: Value, _ labels: [Label] = []) {
        let suffix =
            switch kind {
            case .counter: "_total"
            case .info: "_info"
            case .gauge, .histogram: ""
            }
        line(suffix, labels, value)
    }

    /// One histogram.
    ///
    /// - Parameters:
    ///   - bounds: upper bounds in nanoseconds, inclusive.
    ///   - buckets: how many lie in each, and one more for those beyond the last bound.
    ///   - sum: of all durations in nanoseconds.
    public mutating func histogram(_ labels: [Label], bounds: [UInt64], buckets: ArraySlice<UInt64>, sum: UInt64) {
        precondition(kind == .histogram && buckets.count == bounds.count + 1, "a histogram needs a bucket per bound")
        var count: UInt64 = 0
        for (bound, bucket) in zip(bounds, buckets) {
            count += bucket
            line("_bucket", labels + [.init("le", MetricsText.seconds(bound))], .count(count))
        }
        count += buckets.last ?? 0
        line("_bucket", labels + [.init("le", "+Inf")], .count(count))
        line("_count", labels, .count(count))
        line("_sum", labels, .nanoseconds(sum))
    }

    private mutating func line(_ suffix: String, _ labels: [Label], _ value: Value) {
        append(name + suffix)
        if !labels.isEmpty {
            append("{")
            append(labels.map { "\($0.name)=\"\(MetricsText.escaped($0.value))\"" }.joined(separator: ","))
            append("}")
        }
        switch value {
        case .count(let count): append(" \(count)\n")
        case .nanoseconds(let nanoseconds): append(" \(MetricsText.seconds(nanoseconds))\n")
        }
    }

    private mutating func append(_ text: String) { bytes += text.utf8 }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return text }
        return text.reduce(into: "") { escaped, letter in
            switch letter {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(letter)
            }
        }
    }

    /// Exact, with at least one digit behind the point: bounds are written as numbers with a fraction.
    static func seconds(_ nanoseconds: UInt64) -> String {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        var fraction = String(rest)
        fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
        while fraction.count > 1, fraction.last == "0" { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }

    /// The whole text; nothing may follow.
    consuming func ended() -> [UInt8] {
        append("# EOF\n")
        return bytes
    }
}
