public import Register

/// Why a bundle cannot be built: what it is made of does not fit the register, or comes in the wrong order.
public enum BundleError: Error, Sendable, Equatable {
    /// The checkpoint is none of a register of this system.
    case foreignOrigin(String)
    /// A step was taken before the one that comes first, or twice.
    case outOfOrder(String)
    /// The entry at a position of the register is not what it should be.
    case invalidEntry(position: Int, reason: String)
    /// The entries take another number of bytes than announced.
    case entriesByteCount(announced: Int, found: Int)
    /// There are more or fewer entries than the checkpoint says.
    case entryCount(expected: Int, found: Int)
    /// The entries have another root than the checkpoint says.
    case rootMismatch(expected: Hash, found: Hash)
    /// The rows at hand are not those that the entry of their batch commits to.
    case rowsMismatch(position: Int)
    /// A row names a metric that the register does not have, or has with other decimals.
    case unknownMetric(position: Int, metric: String)
}

extension BundleError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .foreignOrigin(let origin): "the origin \"\(origin)\" is not that of a register"
        case .outOfOrder(let step): "\(step) does not come here"
        case .invalidEntry(let position, let reason): "entry \(position): \(reason)"
        case .entriesByteCount(let announced, let found): "the entries take \(found) bytes, not \(announced)"
        case .entryCount(let expected, let found): "there are \(found) entries, not \(expected)"
        case .rootMismatch(let expected, let found): "the entries have the root \(found), not \(expected)"
        case .rowsMismatch(let position): "the rows of the batch at position \(position) are not those of its entry"
        case .unknownMetric(let position, let metric):
            "the batch at position \(position) names the metric \(metric), which the register does not have so"
        }
    }
}
