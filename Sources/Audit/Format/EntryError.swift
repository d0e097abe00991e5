internal import Register

/// What is wrong with one entry of a register.
enum EntryError: Error, Sendable, Equatable {
    /// The bytes are no entry message.
    case notAnEntry
    /// Written back, the entry has other bytes: unknown fields, or another order or form than the canonical one.
    case notCanonical
    /// The entry says that it stands elsewhere.
    case wrongPosition(found: Int64)
    /// The entry says that it belongs to another register.
    case wrongRegister(found: String)
    /// A change of a kind that this version does not know, or none at all.
    case unknownChange
    /// A change of a kind that does not stand in an excerpt.
    case unexpectedChange
    /// A batch without rows, or whose root is not 32 bytes.
    case malformedBatch
}

extension EntryError: CustomStringConvertible {
    var description: String {
        switch self {
        case .notAnEntry: "the bytes are no register entry"
        case .notCanonical: "the entry is not in canonical form or has fields that this version does not know"
        case .wrongPosition(let found): "the entry says that it stands at position \(found)"
        case .wrongRegister(let found): "the entry says that it belongs to the register \"\(found)\""
        case .unknownChange: "the entry records no change of a known kind"
        case .unexpectedChange: "the entry records neither a batch of usage nor a metric"
        case .malformedBatch: "the usage batch has no rows or a root that is not \(Hash.byteCount) bytes long"
        }
    }
}
