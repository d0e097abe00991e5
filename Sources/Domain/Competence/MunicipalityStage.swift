/// How far a municipality has come by the stages of the Stufenplan Smarte Städte und Regionen, from what is recorded.
public struct MunicipalityStage: Sendable, Hashable {
    /// The stages in order; the raw value is the number of the API's enum.
    public enum Stage: Int, Sendable, Hashable, CaseIterable, Comparable {
        /// Wissen: transfer of knowledge, building of skills.
        case knowledge = 1
        /// Umsetzung: suitable tools in use.
        case implementation = 2
        /// Vernetzung: joint use and development.
        case networking = 3
        /// Daseinsvorsorge: digital solutions as a fixed part of public services.
        case publicServices = 4

        public static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    /// A recorded fact.
    public enum Fact: Sendable, Hashable {
        /// A guide was used.
        case guideUsed
        /// A request for advice was answered.
        case adviceTaken
        /// A solution is or was in use.
        case solutionLive
        /// The party is or was a member of a consortium.
        case memberOfConsortium
    }

    /// A fact with the resource that shows it.
    public struct Evidence: Sendable, Hashable {
        public let fact: Fact
        /// Resource name.
        public let resource: String
        public let since: CivilDate
        /// First day on which it no longer held; nil while it does.
        public let until: CivilDate?

        public init(fact: Fact, resource: String, since: CivilDate, until: CivilDate? = nil) {
            self.fact = fact
            self.resource = resource
            self.since = since
            self.until = until
        }
    }

    /// For how many months a solution must have run without a break to be in permanent operation.
    public static let monthsOfPermanentOperation = 12

    /// The evidence of each stage, oldest first, equal days by name.
    public let evidence: [Stage: [Evidence]]

    /// The highest stage with evidence. A lower one may lack it: who joins a consortium has come to stage 3 also
    /// without having used a guide, and the finding shows the gap. Nil where nothing is recorded.
    public var stage: Stage? { evidence.keys.max() }

    /// - Parameters:
    ///   - evidence: everything recorded.
    ///   - day: the day that is looked at; what began later does not count, and what had ended counts for stage 1 and 2
    ///     alone, since knowledge and experience stay.
    public init(_ evidence: some Sequence<Evidence>, on day: CivilDate) {
        var found: [Stage: [Evidence]] = [:]
        for item in evidence where item.since <= day {
            let goesOn = item.until.map { $0 > day } ?? true
            switch item.fact {
            case .guideUsed, .adviceTaken: found[.knowledge, default: []].append(item)
            case .solutionLive:
                found[.implementation, default: []].append(item)
                if goesOn, item.since.adding(months: Self.monthsOfPermanentOperation).map({ $0 <= day }) ?? false {
                    found[.publicServices, default: []].append(item)
                }
            case .memberOfConsortium:
                if goesOn { found[.networking, default: []].append(item) }
            }
        }
        self.evidence = found.mapValues { items in
            items.sorted { ($0.since, $0.resource) < ($1.since, $1.resource) }
        }
    }
}
