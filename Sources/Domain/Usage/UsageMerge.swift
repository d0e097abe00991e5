/// Decides, record by record and in the order of the batch, what becomes of records where some are stored already.
///
/// What it decides is what a sequence of single records would come to: an earlier record of the batch counts as stored.
public struct UsageMerge: Sendable {
    /// Most revisions of one record.
    public static let mostRevisions: Int16 = 10_000

    /// What is known of a key.
    public struct Stored: Sendable, Hashable {
        public var revision: Int16
        public var quantity: Int64
        /// The system that reported it.
        public var source: Int32
        /// Position of its batch's entry; -1 for an earlier record of the same batch.
        public var position: Int64

        public init(revision: Int16, quantity: Int64, source: Int32, position: Int64) {
            self.revision = revision
            self.quantity = quantity
            self.source = source
            self.position = position
        }
    }

    /// What becomes of a record.
    public enum Verdict: Sendable, Hashable {
        /// It is the first of its key.
        case new
        /// It becomes this revision and supersedes a record with this quantity.
        case correction(revision: Int16, replaces: Int64)
        /// The same quantity is stored.
        case unchanged(Stored)
        /// Another quantity is stored, or another system has reported it.
        case conflict(Stored)
        /// The record has all the revisions it may have.
        case tooOftenCorrected
    }

    private var known: [UsageKey: Stored]
    private let source: Int32
    private let supersedes: Bool

    /// - Parameters:
    ///   - known: the current revision of every key of the batch that is stored.
    ///   - source: the system that reports.
    ///   - supersedes: whether the batch corrects what is stored with another quantity.
    public init(known: [UsageKey: Stored], source: Int32, supersedes: Bool) {
        self.known = known
        self.source = source
        self.supersedes = supersedes
    }

    /// The verdict on the next record.
    public mutating func verdict(on key: UsageKey, quantity: Int64) -> Verdict {
        guard let stored = known[key] else {
            known[key] = Stored(revision: 0, quantity: quantity, source: source, position: -1)
            return .new
        }
        guard stored.source == source else { return .conflict(stored) }
        if stored.quantity == quantity { return .unchanged(stored) }
        guard supersedes else { return .conflict(stored) }
        guard stored.revision < Self.mostRevisions else { return .tooOftenCorrected }
        known[key] = Stored(revision: stored.revision + 1, quantity: quantity, source: source, position: -1)
        return .correction(revision: stored.revision + 1, replaces: stored.quantity)
    }
}
