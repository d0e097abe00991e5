/// What tells the records of one application apart: whose usage of what in which interval.
///
/// Parties and metrics are numbers here, as they are stored: they stand in millions of records.
public struct UsageKey: Sendable, Hashable {
    public var metric: Int32
    public var party: Int32
    /// Begin of the interval, seconds since 1970-01-01T00:00:00Z.
    public var start: Int64
    /// Length of the interval.
    public var seconds: Int32

    public init(metric: Int32, party: Int32, start: Int64, seconds: Int32) {
        self.metric = metric
        self.party = party
        self.start = start
        self.seconds = seconds
    }
}
