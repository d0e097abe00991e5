internal import Domain
internal import Store

/// A batch that has been checked, hashed and laid out for COPY: all that is left is to store it.
struct PreparedUsageBatch: Sendable {
    let context: UsageContext
    let stamp: RequestStamp
    /// One buffer per month, each for one partition.
    let months: [UsageRowBuffer]
    let row: UsageBatchRow
    /// The message as it came, for naming the record where the database finds a duplicate.
    let message: [UInt8]
}
