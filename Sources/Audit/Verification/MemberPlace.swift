/// The members of a bundle in the order in which they must come; usage and settlements by their index among the
/// entries of their kind.
enum MemberPlace: Comparable {
    case readme
    case checkpoint
    case entries
    case usage(Int)
    case settlement(Int)
    case manifest
}

extension EntryScanner {
    /// The place of a member; nil for one that the entries do not announce.
    func place(of name: String) -> MemberPlace? {
        switch name {
        case BundleFormat.readmeName: return .readme
        case BundleFormat.checkpointName: return .checkpoint
        case BundleFormat.entriesName: return .entries
        case BundleFormat.manifestName: return .manifest
        default: break
        }
        if let index = Self.index(of: name, count: batches.count, name: { batches[$0].name }) { return .usage(index) }
        return Self.index(of: name, count: settlements.count, name: { settlements[$0].name }).map { .settlement($0) }
    }

    /// The name of the member at a place.
    func name(at place: MemberPlace) -> String {
        switch place {
        case .readme: BundleFormat.readmeName
        case .checkpoint: BundleFormat.checkpointName
        case .entries: BundleFormat.entriesName
        case .usage(let index): batches[index].name
        case .settlement(let index): settlements[index].name
        case .manifest: BundleFormat.manifestName
        }
    }

    /// The place that follows; the first for nil, nil after the last.
    func place(after place: MemberPlace?) -> MemberPlace? {
        switch place {
        case nil: .readme
        case .readme: .checkpoint
        case .checkpoint: .entries
        case .entries: usageOrLater(0)
        case .usage(let index): usageOrLater(index + 1)
        case .settlement(let index): settlementOrLater(index + 1)
        case .manifest: nil
        }
    }

    private func usageOrLater(_ index: Int) -> MemberPlace {
        index < batches.count ? .usage(index) : settlementOrLater(0)
    }

    private func settlementOrLater(_ index: Int) -> MemberPlace {
        index < settlements.count ? .settlement(index) : .manifest
    }

    /// Names ascend with positions, so that halving finds one among millions.
    private static func index(of wanted: String, count: Int, name: (Int) -> String) -> Int? {
        var range = 0..<count
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            let found = name(middle)
            if found.utf8.elementsEqual(wanted.utf8) { return middle }
            range =
                ByteOrder.precedes([found], [wanted]) ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
