internal import Domain
internal import UsageWire

/// What is said of the records of a batch that are not stored, gathered by ascending index.
struct UsageVerdicts {
    private(set) var unchanged: [Int32] = []
    private(set) var conflicts: [UsageReceipt.Conflict] = []
    private var violations: [(violation: UsageViolation, indexes: [Int32])] = []

    mutating func reject(_ index: Int, _ violation: UsageViolation) {
        let place = violations.firstIndex { $0.violation == violation }
        if let place {
            violations[place].indexes.append(Int32(index))
        } else {
            violations.append((violation, [Int32(index)]))
        }
    }

    mutating func leave(_ index: Int) {
        unchanged.append(Int32(index))
    }

    mutating func refuse(_ index: Int, _ stored: UsageMerge.Stored, source: Int32) {
        conflicts.append(
            UsageReceipt.Conflict(
                index: Int32(index), storedQuantity: stored.quantity, registerPosition: stored.position,
                isOfOtherSource: stored.source != source))
    }

    /// By kind of mistake, in the order in which each was first met.
    var rejections: [UsageReceipt.Rejection] {
        violations.map { violation, indexes in
            UsageReceipt.Rejection(
                field: violation.field, reason: violation.reason.code,
                message: "\(violation.field) \(violation.explanation)", indexes: indexes)
        }
    }
}
