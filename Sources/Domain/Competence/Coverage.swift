/// How far a solution has come among municipalities on one day.
public struct Coverage: Sendable, Hashable {
    /// What has to be known of a municipality.
    public struct Municipality: Sendable, Hashable {
        /// Two digits; nil where neither AGS nor ARS is recorded.
        public let land: String?
        /// The newest figure up to the day; nil where none is recorded.
        public let inhabitants: Int64?
        /// Whether it runs the solution on the day.
        public let isCovered: Bool

        public init(land: String?, inhabitants: Int64?, isCovered: Bool) {
            self.land = land
            self.inhabitants = inhabitants
            self.isCovered = isCovered
        }
    }

    /// The sums of one group.
    public struct Line: Sendable, Hashable {
        public let group: String
        public private(set) var municipalities = 0
        public private(set) var covered = 0
        public private(set) var inhabitants: Int64 = 0
        public private(set) var coveredInhabitants: Int64 = 0
        /// Municipalities that are missing from the sums of inhabitants.
        public private(set) var withoutInhabitants = 0

        init(_ group: String) { self.group = group }

        mutating func add(_ municipality: Municipality) throws(Failure) {
            let (sum, overflow) = inhabitants.addingReportingOverflow(municipality.inhabitants ?? 0)
            guard !overflow else { throw Failure(.outOfRange, "the sum of the inhabitants recorded is too large") }
            municipalities += 1
            inhabitants = sum
            if municipality.inhabitants == nil { withoutInhabitants += 1 }
            guard municipality.isCovered else { return }
            covered += 1
            coveredInhabitants += municipality.inhabitants ?? 0
        }
    }

    /// The group of those whose Land or inhabitants are not recorded.
    public static let unknown = "unknown"

    public let total: Line
    /// By Land, ascending; those without one last.
    public let lands: [Line]
    /// By size class from the smallest; those without inhabitants last. Classes that nobody is in are left out.
    public let sizeClasses: [Line]

    /// Throws OUT_OF_RANGE when the inhabitants cannot be added up.
    public init(_ municipalities: some Sequence<Municipality>) throws(Failure) {
        var total = Line("")
        var lands: [String: Line] = [:]
        var classes: [String: Line] = [:]
        for municipality in municipalities {
            let land = municipality.land ?? Self.unknown
            let size = municipality.inhabitants.map { SizeClass(inhabitants: $0).rawValue } ?? Self.unknown
            try total.add(municipality)
            try lands[land, default: Line(land)].add(municipality)
            try classes[size, default: Line(size)].add(municipality)
        }
        self.total = total
        self.lands = lands.values.sorted { $0.group < $1.group }
        sizeClasses = (SizeClass.allCases.map(\.rawValue) + [Self.unknown]).compactMap { classes[$0] }
    }
}
