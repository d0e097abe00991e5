internal import Domain
internal import Store
internal import UsageWire

/// A batch that has been checked, hashed and laid out for COPY: all that is left is to store it.
struct PreparedUsageBatch: Sendable {
    let context: UsageContext
    let stamp: RequestStamp
    /// Number of the batch, should it be stored.
    let number: Int64
    /// The message as it came, to be read again where some of its records turn out to be stored.
    let message: [UInt8]
    /// Whether it corrects what is stored with another quantity.
    let supersedes: Bool
    /// Its records as if none was stored yet, which is mostly so.
    let layout: UsageLayout
}

/// The records of a batch that are to be stored, and what is said of the others.
struct UsageLayout: Sendable {
    /// One buffer per month, each for one partition.
    let months: [UsageRowBuffer]
    /// Nil when there is nothing to store.
    let row: UsageBatchRow?
    /// What they change in the rollups.
    let buckets: [UsageBuckets.Row]
    /// What is stored and stands in the way of records that are not: the receipt speaks of it, so it must still be so
    /// when the batch takes its place in the register.
    let standing: [UsageKey: UsageMerge.Stored]
    /// What the receipt says beside the position.
    let receipt: UsageReceipt
}
