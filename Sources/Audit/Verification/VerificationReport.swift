public import Register

/// What the verification of a bundle found.
public struct VerificationReport: Sendable, Hashable {
    /// How many entries record a change of one kind.
    public struct EntryCount: Sendable, Hashable {
        /// Name of the change in the schema, for example `usage_batch_recorded`.
        public let kind: String
        /// Number of entries.
        public let count: Int
    }

    /// What is broken, in the order of the bundle; not more than `BundleVerifier.maximumFailures`.
    public let failures: [VerificationFailure]
    /// Number of all failures, those beyond the limit included.
    public let failureCount: Int
    /// What is worth knowing although nothing is broken.
    public let notes: [String]
    /// Name of the register; empty where the bundle broke before it said so.
    public let register: String
    /// Which rows an excerpt shows; nil for a bundle, which shows everything.
    public let selection: UsageSelection?
    /// Number of entries that the checkpoint states.
    public let size: Int
    /// When the newest entry at hand says it was recorded, microseconds since 1970-01-01T00:00:00Z: the server's word.
    public let newestMicros: Int64
    /// Root that the checkpoint states; nil where there was no readable checkpoint.
    public let root: Hash?
    /// Key name and key id of each valid signature by a known key.
    public let signers: [String]
    /// The entries by the kind of their change, in ascending order of the kind.
    public let entries: [EntryCount]
    /// Number of usage batches whose rows were there.
    public let batches: Int
    /// Number of usage rows.
    public let rows: Int
    /// Number of settlements that were there.
    public let settlements: Int
    /// Usage by application and metric.
    public let usage: [Manifest.UsageSum]
    /// Settlements by currency.
    public let settlementTotals: [Manifest.SettlementSum]
    /// Bytes of the bundle.
    public let byteCount: Int

    /// Whether the bundle proves what it says: nothing at all is broken.
    public var isVerified: Bool { failureCount == 0 }
}
