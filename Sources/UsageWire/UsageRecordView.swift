/// A record inside a decoded batch. Its texts are valid only while the batch is.
public struct UsageRecordView {
    /// Code of the party the usage belongs to; nil where it is not UTF-8 or has a NUL inside.
    public let partyCode: UnsafeBufferPointer<UInt8>?
    /// Last part of the metric's resource name; nil where it is not UTF-8 or has a NUL inside.
    public let metricID: UnsafeBufferPointer<UInt8>?
    /// Begin of the interval, seconds since 1970-01-01T00:00:00Z.
    public let intervalStart: Int64
    /// End of the interval (exclusive), seconds since 1970-01-01T00:00:00Z.
    public let intervalEnd: Int64
    /// Quantity in units of 10^-scale of the metric.
    public let quantity: Int64
}
