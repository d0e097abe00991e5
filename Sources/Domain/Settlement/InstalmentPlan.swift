/// An amount in equal parts on given days (Abschläge); the parts add up to it exactly.
public struct InstalmentPlan: Sendable, Hashable {
    /// What is due on a day, in minor units.
    public struct Instalment: Sendable, Hashable {
        public let due: CivilDate
        public let amount: Int64
    }

    /// No agreement asks for more than one a week.
    public static let maximumCount = 53

    /// By ascending day.
    public let instalments: [Instalment]

    /// Left-over minor units fall on the first days; a credit is the mirror image. Throws INVALID_FIELD naming
    /// `<field>` or `<field>[i]` unless there are 1 to 53 days that rise.
    public init(_ amount: Int64, due days: [CivilDate], field: String = "due_dates") throws(Failure) {
        guard (1...Self.maximumCount).contains(days.count) else {
            throw .invalid(field, "must be 1 to \(Self.maximumCount) days, not \(days.count)")
        }
        for index in days.indices.dropFirst() where days[index] <= days[index - 1] {
            throw .invalid("\(field)[\(index)]", "must be after \(days[index - 1]), not \(days[index])")
        }
        let count = Int64(days.count)
        let (part, left) = amount.quotientAndRemainder(dividingBy: count)
        instalments = days.enumerated().map { index, day in
            let extra: Int64 = index < Int(left.magnitude) ? left.signum() : 0
            return Instalment(due: day, amount: part + extra)
        }
    }

    /// What the final amount still asks for, or gives back, after the instalments that were issued (Spitzabrechnung).
    /// Throws OUT_OF_RANGE.
    public static func trueUp(to final: Int64, after issued: [Int64]) throws(Failure) -> Int64 {
        let paid = issued.reduce(Int128(0)) { $0 + Int128($1) }
        guard let rest = Int64(exactly: Int128(final) - paid) else {
            throw Failure(.outOfRange, "the instalments are too large to be settled")
        }
        return rest
    }
}
