/// Who is charged for a period in the place of parties that have ended by its last day (Gesamtrechtsnachfolge): after a
/// merger or under a new code the one successor, for the whole of the period.
///
/// A party that was split has no one successor: it is charged for its own days, and whoever took its place becomes a
/// member and is charged for the days after.
public struct Succession: Sendable, Hashable {
    private let history: MunicipalHistory
    /// The last day that is charged for.
    public let day: CivilDate

    public init(_ history: MunicipalHistory, on day: CivilDate) {
        self.history = history
        self.day = day
    }

    /// Who is charged for what is owed by a party. Throws OUT_OF_RANGE.
    public func charged(_ party: PartyCode) throws(Failure) -> PartyCode {
        let successors = try history.successors(of: party, on: day)
        return successors.count == 1 ? successors[0].party : party
    }

    /// The parties with whoever is charged in their places, each once. Throws OUT_OF_RANGE.
    public func charged(_ parties: Set<PartyCode>) throws(Failure) -> Set<PartyCode> {
        var charged: Set<PartyCode> = []
        for party in parties { charged.insert(try self.charged(party)) }
        return charged
    }

    /// Memberships with whoever is charged for them. Throws INVALID_STATE for a party that was split and whose
    /// membership goes on beyond that.
    public func charged(
        _ memberships: [(party: PartyCode, days: DateRange)]
    ) throws(Failure) -> [(party: PartyCode, days: DateRange)] {
        var charged: [(party: PartyCode, days: DateRange)] = []
        for (party, days) in memberships {
            let successors = try history.successors(of: party, on: day)
            if successors.count > 1, let end = history.end(of: party), end <= day, days.contains(end) {
                let names = successors.map(\.party.text).joined(separator: ", ")
                throw Failure(
                    .invalidState,
                    "\(party) ended on \(end) and was split among \(names); admit them and end its membership"
                ).with("party", party.text)
            }
            charged.append((try self.charged(party), days))
        }
        return charged
    }

    /// Quantities by whoever is charged; those of several parties add up. Throws OUT_OF_RANGE.
    public func charged(_ quantities: [PartyCode: Quantity]) throws(Failure) -> [PartyCode: Quantity] {
        var charged: [PartyCode: Quantity] = [:]
        for (party, quantity) in quantities.sorted(by: { $0.key < $1.key }) {
            let heir = try self.charged(party)
            charged[heir] = try charged[heir].map { (sum) throws(Failure) in try sum.adding(quantity) } ?? quantity
        }
        return charged
    }

    /// Weights or shares by whoever is charged; those of several parties add up. Throws OUT_OF_RANGE.
    public func charged(_ fractions: [(PartyCode, Fraction)]) throws(Failure) -> [PartyCode: Fraction] {
        var charged: [PartyCode: Fraction] = [:]
        for (party, fraction) in fractions {
            let heir = try self.charged(party)
            charged[heir] = try (charged[heir] ?? .zero).adding(fraction)
        }
        return charged
    }

    /// A party's figure of a reference date, those of the parties in whose place it has come since added. `nil` if one
    /// is missing. Throws OUT_OF_RANGE.
    public func figure(
        of party: PartyCode, on reference: CivilDate, own: (PartyCode) -> KeyFigureValue?
    ) throws(Failure) -> (quantity: Quantity, source: String)? {
        try history.figure(of: party, on: reference, chargedOn: day, own: own)
    }

    /// The parties themselves and all in whose place they have come, by ascending code.
    public func origins(of parties: some Sequence<PartyCode>) -> [PartyCode] {
        history.origins(of: parties, until: day)
    }
}

extension AllocationRule {
    /// The rule with whoever is charged in the place of parties that have ended: scopes and weights are put together,
    /// what one of them bears in advance is borne by its successor.
    ///
    /// Throws INVALID_STATE for a bound or an exemption of a party whose successor stands for others, too: the
    /// agreement has to say what holds for it now. Throws OUT_OF_RANGE.
    public func following(_ succession: Succession, members: [PartyCode]) throws(Failure) -> AllocationRule {
        var components: [AllocationComponent] = []
        for component in self.components {
            var (measure, scope) = (component.measure, component.scope)
            if case .parties(let parties) = scope { scope = .parties(try succession.charged(parties)) }
            if case .weights(let weights) = measure {
                measure = .weights(ByParty(try succession.charged(Array(zip(weights.parties, weights.values)))))
            }
            components.append(AllocationComponent(measure, weight: component.weight, scope: scope))
        }
        var steps: [AllocationStep] = []
        for step in self.steps { steps.append(try step.following(succession, members)) }
        return try AllocationRule(components, steps: steps)
    }
}

extension AllocationStep {
    fileprivate func following(
        _ succession: Succession, _ members: [PartyCode]
    ) throws(Failure) -> AllocationStep {
        switch self {
        case .precharge(let party, let share): return .precharge(try succession.charged(party), share)
        case .fixed(let party, let amount): return .fixed(try succession.charged(party), amount)
        case .cap(.party(let party), let limit):
            return .cap(.party(try Self.sole(party, succession, members)), limit)
        case .floor(.party(let party), let limit):
            return .floor(.party(try Self.sole(party, succession, members)), limit)
        case .exempt(let party): return .exempt(try Self.sole(party, succession, members))
        case .cap(.everyone, _), .floor(.everyone, _): return self
        }
    }

    private static func sole(
        _ party: PartyCode, _ succession: Succession, _ members: [PartyCode]
    ) throws(Failure) -> PartyCode {
        let heir = try succession.charged(party)
        guard heir != party else { return party }
        for other in members where other != party {
            guard try succession.charged(other) == heir else { continue }
            throw Failure(
                .invalidState,
                "the agreement bounds \(party), in whose place \(heir) has come, which stands for \(other), too; "
                    + "adopt a revision that says what holds for \(heir)"
            ).with("party", party.text)
        }
        return heir
    }
}
