/// A table of size classes (Größenklassen): each figure falls into exactly one bracket and gets its points.
public struct Brackets: Sendable, Hashable {
    /// More classes than any statute has.
    public static let maximumCount = 100

    /// One size class. It begins where the one before ends, the first one at zero.
    public struct Bracket: Sendable, Hashable {
        /// Where a bracket ends.
        public struct Bound: Sendable, Hashable {
            public let value: Quantity
            /// Whether the value itself still belongs to the bracket ("up to 10 000") or to the next ("below 10 000").
            public let isIncluded: Bool

            public init(_ value: Quantity, isIncluded: Bool) {
                self.value = value
                self.isIncluded = isIncluded
            }
        }

        /// `nil` for the last bracket, which has no end.
        public let upperBound: Bound?
        /// What a party of this class counts for.
        public let points: Quantity

        public init(upTo upperBound: Bound?, points: Quantity) {
            self.upperBound = upperBound
            self.points = points
        }
    }

    /// Ascending; the last one has no end.
    public let brackets: [Bracket]
    /// Decimals of all points.
    let scale: Int
    /// Points of the brackets in units of the scale.
    let units: [UInt64]

    /// Throws INVALID_FIELD naming `<field>[i].upper_bound` or `<field>[i].points` unless bounds ascend, every bracket
    /// but the last has one, and points are not negative.
    public init(_ brackets: [Bracket], field: String = "brackets") throws(Failure) {
        if brackets.isEmpty { throw .missing(field) }
        var checks = FieldChecks()
        checks.require(
            brackets.count <= Self.maximumCount, field, "must be at most \(Self.maximumCount), not \(brackets.count)")
        let scale = brackets.reduce(0) { max($0, $1.points.scale) }
        var units: [UInt64] = []
        for (index, bracket) in brackets.enumerated() {
            let path = "\(field)[\(index)]"
            let points = bracket.points
            checks.require(points.units >= 0, "\(path).points", "must not be negative, not \(points)")
            if let scaled = try? points.rescaled(to: scale) {
                units.append(scaled.units.magnitude)
            } else {
                checks.invalid("\(path).points", "must fit into 64 bits with \(scale) decimals, not \(points)")
            }
            let previous = index == 0 ? nil : brackets[index - 1].upperBound
            Self.check(bracket.upperBound, after: previous, isLast: index == brackets.count - 1, path, &checks)
        }
        try checks.finish()
        self.brackets = brackets
        self.scale = scale
        self.units = units
    }

    private static func check(
        _ bound: Bracket.Bound?, after previous: Bracket.Bound?, isLast: Bool, _ path: String,
        _ checks: inout FieldChecks
    ) {
        guard let bound else {
            checks.require(isLast, "\(path).upper_bound", "must be set, as only the last bracket has no end")
            return
        }
        checks.require(!isLast, "\(path).upper_bound", "must not be set: the last bracket takes all larger figures")
        let zero = Quantity(0)
        let (floor, isIncluded) = (previous?.value ?? zero, previous?.isIncluded ?? false)
        let order = bound.value.order(against: floor)
        checks.require(
            order > 0 || order == 0 && bound.isIncluded && !isIncluded, "\(path).upper_bound",
            "must be above where the bracket begins (\(floor)), not \(bound.value)")
    }

    /// The bracket a figure falls into; figures are never negative.
    public func index(of figure: Quantity) -> Int {
        for (index, bracket) in brackets.enumerated() {
            guard let bound = bracket.upperBound else { return index }
            let order = figure.order(against: bound.value)
            if order < 0 || order == 0 && bound.isIncluded { return index }
        }
        return brackets.count - 1
    }

    /// The bracket in words: `up to 10,000`, `above 10,000 and below 20,000`, `from 20,000`.
    public func phrase(of index: Int) -> String {
        let lower = index == 0 ? nil : brackets[index - 1].upperBound
        let upper = brackets[index].upperBound
        let begin = lower.map { ($0.isIncluded ? "above " : "from ") + $0.value.grouped }
        let end = upper.map { ($0.isIncluded ? "up to " : "below ") + $0.value.grouped }
        switch (begin, end) {
        case (let begin?, let end?): return "\(begin) and \(end)"
        case (let only?, nil), (nil, let only?): return only
        case (nil, nil): return "any size"
        }
    }
}
