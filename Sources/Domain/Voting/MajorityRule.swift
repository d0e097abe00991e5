/// The majority that a decision needs, as a value: rules for one thing each, and combinations of them.
///
/// A rule is evaluated in whole numbers, as exact as its fractions. It decides as soon as the votes that are not yet
/// cast cannot change the result, and takes the votes that are cast as they stand.
public indirect enum MajorityRule: Sendable, Hashable {
    /// More yes than no among the votes cast (einfache Mehrheit der Abstimmenden). Where abstentions count as cast, yes
    /// must be more than half of yes, no and abstentions.
    case simplePresent(abstentionsCount: Bool)
    /// At least a share of all statutory votes says yes, or more than it.
    case qualifiedStatutory(Fraction, moreThan: Bool)
    /// Every party says yes; a single no or abstention rejects.
    case unanimous
    /// At least a share of the parties by heads and a share of the statutory votes say yes (IT-Staatsvertrag: 11 of 16
    /// Länder that hold two thirds of the financing shares).
    case double(heads: Fraction, votes: Fraction)
    /// A certain party says yes.
    case consentOf(PartyCode)
    /// At least a share of the statutory votes is cast, abstentions included (Beschlussfähigkeit).
    case quorum(Fraction)
    case allOf([MajorityRule])
    case anyOf([MajorityRule])

    /// More than half of all statutory votes.
    public static let absolute = MajorityRule.qualifiedStatutory(.half, moreThan: true)

    /// Most parts of a rule, and how deep combinations may go.
    public static let maximumParts = 20
    public static let maximumDepth = 4

    /// What the rule says about the votes so far, or about the votes as they are when the ballot has closed.
    public func verdict(on tally: Tally, isClosed: Bool = false) -> Verdict {
        let part = evaluate(tally, isClosed: isClosed)
        // A quorum may still be reached while votes can be cast.
        let outcome = part.outcome == .lacksQuorum && !isClosed ? .open : part.outcome
        return Verdict(outcome, "\(part.explanation) (\(tally.summary))")
    }

    /// The parties whose consent the rule asks for.
    public var consentingParties: Set<PartyCode> {
        switch self {
        case .consentOf(let party): [party]
        case .allOf(let rules), .anyOf(let rules): rules.reduce(into: []) { $0.formUnion($1.consentingParties) }
        default: []
        }
    }

    /// Number of rules in it, itself included.
    public var partCount: Int {
        switch self {
        case .allOf(let rules), .anyOf(let rules): rules.reduce(1) { $0 + $1.partCount }
        default: 1
        }
    }
}

extension MajorityRule {
    private func evaluate(_ tally: Tally, isClosed: Bool) -> Verdict {
        switch self {
        case .simplePresent(let abstentionsCount):
            Self.simple(tally, abstentionsCount: abstentionsCount, isClosed: isClosed)
        case .qualifiedStatutory(let share, let moreThan):
            Threshold(share, of: tally.total.weight, moreThan: moreThan, "statutory votes")
                .verdict(yes: tally.yes.weight, open: isClosed ? 0 : tally.open.weight)
        case .unanimous:
            Threshold(.one, of: Int64(tally.total.heads), "parties")
                .verdict(yes: Int64(tally.yes.heads), open: isClosed ? 0 : Int64(tally.open.heads))
        case .double(let heads, let votes):
            Self.all([
                Threshold(heads, of: Int64(tally.total.heads), "parties")
                    .verdict(yes: Int64(tally.yes.heads), open: isClosed ? 0 : Int64(tally.open.heads)),
                Threshold(votes, of: tally.total.weight, "statutory votes")
                    .verdict(yes: tally.yes.weight, open: isClosed ? 0 : tally.open.weight),
            ])
        case .consentOf(let party): Self.consent(of: party, tally, isClosed: isClosed)
        case .quorum(let share): Self.quorum(share, tally)
        case .allOf(let rules): Self.all(rules.map { $0.evaluate(tally, isClosed: isClosed) })
        case .anyOf(let rules): Self.any(rules.map { $0.evaluate(tally, isClosed: isClosed) })
        }
    }

    private static func simple(_ tally: Tally, abstentionsCount: Bool, isClosed: Bool) -> Verdict {
        let against = Int128(tally.no.weight) + (abstentionsCount ? Int128(tally.abstain.weight) : 0)
        let yes = Int128(tally.yes.weight)
        let open = isClosed ? 0 : Int128(tally.open.weight)
        let outcome: Verdict.Outcome = yes > against + open ? .passed : yes + open <= against ? .rejected : .open
        let others = abstentionsCount ? "no and abstentions" : "no"
        let has = "\(tally.yes.weight.inGroups) against \(Int64(clamping: against).inGroups)"
        return Verdict(outcome, "needs more yes than \(others); has \(has)")
    }

    private static func consent(of party: PartyCode, _ tally: Tally, isClosed: Bool) -> Verdict {
        let vote = tally.vote(of: party)
        let outcome: Verdict.Outcome =
            switch vote {
            case .yes: .passed
            case .no, .abstain: .rejected
            case nil: isClosed ? .rejected : .open
            }
        return Verdict(outcome, "needs the consent of \(party); it \(vote?.words ?? "has not voted")")
    }

    /// Whether it is reached never gets worse, so it is lacking until then.
    private static func quorum(_ share: Fraction, _ tally: Tally) -> Verdict {
        let cast = tally.total.weight - tally.open.weight
        let threshold = Threshold(share, of: tally.total.weight, "statutory votes cast for a quorum")
        let verdict = threshold.verdict(yes: cast, open: 0)
        return Verdict(verdict.outcome == .passed ? .passed : .lacksQuorum, verdict.explanation)
    }

    private static func all(_ parts: [Verdict]) -> Verdict {
        let outcomes = Set(parts.map(\.outcome))
        let outcome = [Verdict.Outcome.lacksQuorum, .rejected, .open].first(where: outcomes.contains) ?? .passed
        return Verdict(outcome, parts.map(\.explanation).joined(separator: "; and "))
    }

    private static func any(_ parts: [Verdict]) -> Verdict {
        let outcomes = Set(parts.map(\.outcome))
        let outcome = [Verdict.Outcome.passed, .open, .lacksQuorum].first(where: outcomes.contains) ?? .rejected
        return Verdict(outcome, parts.map(\.explanation).joined(separator: "; or "))
    }
}

/// A share of a whole number of votes or parties that must say yes.
private struct Threshold {
    let share: Fraction
    let total: Int64
    let isStrict: Bool
    let unit: String

    init(_ share: Fraction, of total: Int64, moreThan isStrict: Bool = false, _ unit: String) {
        (self.share, self.total, self.isStrict, self.unit) = (share, total, isStrict, unit)
    }

    /// The least whole number that reaches it.
    private var needed: Int128 {
        let product = Int128(share.numerator) * Int128(total)
        let (whole, rest) = product.quotientAndRemainder(dividingBy: Int128(share.denominator))
        return isStrict || rest > 0 ? whole + 1 : whole
    }

    func verdict(yes: Int64, open: Int64) -> Verdict {
        let needed = needed
        let outcome: Verdict.Outcome =
            Int128(yes) >= needed ? .passed : Int128(yes) + Int128(open) < needed ? .rejected : .open
        let part = share == .one ? "all" : (isStrict ? "more than " : "") + "\(share) of"
        return Verdict(
            outcome,
            "needs \(part) \(total.inGroups) \(unit) = \(Int64(clamping: needed).inGroups); has \(yes.inGroups)")
    }
}

extension Vote {
    fileprivate var words: String {
        switch self {
        case .yes: "said yes"
        case .no: "said no"
        case .abstain: "abstained"
        }
    }
}
