/// The allocation rule of an agreement (Verteilungsschlüssel, Umlageschlüssel): weighted components and steps, as data.
public struct AllocationRule: Sendable, Hashable {
    /// More components than any statute has, and few enough to explain a line.
    public static let maximumComponents = 20
    /// Enough for a step or two per party of a large consortium.
    public static let maximumSteps = 1000

    /// In the order of the agreement, which is the order of every explanation.
    public let components: [AllocationComponent]
    public let steps: [AllocationStep]

    /// Checks what can be checked without figures.
    ///
    /// Throws WEIGHTS_DO_NOT_SUM_TO_ONE with the exact sum, or INVALID_FIELD naming `<field>.components[i].weight`,
    /// `<field>.components[i].weights` or `<field>.steps[i]`.
    public init(
        _ components: [AllocationComponent], steps: [AllocationStep] = [], field: String = "allocation_rule"
    ) throws(Failure) {
        if components.isEmpty { throw .missing("\(field).components") }
        var checks = FieldChecks()
        checks.require(
            components.count <= Self.maximumComponents, "\(field).components",
            "must be at most \(Self.maximumComponents), not \(components.count)")
        checks.require(
            steps.count <= Self.maximumSteps, "\(field).steps",
            "must be at most \(Self.maximumSteps), not \(steps.count)")
        for (index, component) in components.enumerated() {
            Self.check(component, "\(field).components[\(index)]", &checks)
        }
        for (index, step) in steps.enumerated() { Self.check(step, "\(field).steps[\(index)]", &checks) }
        Self.checkDenominator(of: steps, "\(field).steps", &checks)
        try checks.finish()
        let sum = Fraction.sum(components.map(\.weight))
        guard sum.fraction == .one else {
            let why = "must have weights that sum to exactly 1; they sum to \(sum) (\(sum.percent()))"
            throw Failure.invalid("\(field).components", why, reason: .weightsDoNotSumToOne)
                .with("sum", sum.description).with("sum_percent", sum.percent())
        }
        self.components = components
        self.steps = steps
    }

    private static func check(_ component: AllocationComponent, _ path: String, _ checks: inout FieldChecks) {
        checks.require(
            component.weight > .zero && component.weight <= .one, "\(path).weight",
            "must be greater than 0 and at most 1, not \(component.weight)")
        if case .parties(let parties) = component.scope {
            checks.require(!parties.isEmpty, "\(path).scope", "must name at least one party")
        }
        if case .publishedKey(_, .yearsBefore(let count)) = component.measure {
            let range = PublishedKeyReference.yearsBefore
            checks.require(
                range.contains(count), "\(path).year",
                "must be \(range.lowerBound) to \(range.upperBound) years before the charged one, not \(count)")
        }
        guard case .weights(let weights) = component.measure else { return }
        checks.require(!weights.isEmpty, "\(path).weights", "must name at least one party")
        for (party, weight) in zip(weights.parties, weights.values) where weight < .zero {
            checks.invalid("\(path).weights", "must not be negative: \(party) has \(weight)")
        }
    }

    private static func check(_ step: AllocationStep, _ path: String, _ checks: inout FieldChecks) {
        switch step {
        case .precharge(_, let share), .cap(_, .share(let share)), .floor(_, .share(let share)):
            checks.require(share.isShare, "\(path).share", "must lie between 0 and 1, not \(share)")
        case .fixed(_, let amount), .cap(_, .amount(let amount)), .floor(_, .amount(let amount)):
            checks.require(amount >= 0, "\(path).amount", "must not be negative, not \(amount)")
        case .exempt: break
        }
    }

    /// Pre-charges are kept exact with one denominator, which must not outgrow a word.
    private static func checkDenominator(of steps: [AllocationStep], _ field: String, _ checks: inout FieldChecks) {
        var common = BigUInt.one
        for (index, step) in steps.enumerated() {
            guard case .precharge(_, let share) = step else { continue }
            common = common.leastCommonMultiple(with: share.denominator.magnitude)
            guard common.word == nil else { continue }
            checks.invalid(
                "\(field)[\(index)].share",
                "needs a common denominator with the other pre-charges that fits into 64 bits")
            return
        }
    }

    /// The key figures that an allocation for the year needs for every member.
    public func keyFigures(forYear year: Int) throws(Failure) -> [KeyFigureReference] {
        var references: [KeyFigureReference] = []
        for component in components {
            switch component.measure {
            case .keyFigure(let kind, let rule), .tier(let kind, let rule, _):
                let reference = KeyFigureReference(kind: kind, day: try rule.day(forYear: year))
                if !references.contains(reference) { references.append(reference) }
            case .equal, .ownership, .usage, .publishedKey, .weights: break
            }
        }
        return references
    }

    /// The usage that an allocation needs.
    public var usage: [UsageMeasure] {
        var keys: [UsageMeasure] = []
        for case .usage(let key) in components.map(\.measure) where !keys.contains(key) { keys.append(key) }
        return keys
    }

    /// The published keys that an allocation for the year needs.
    public func publishedKeys(forYear year: Int) -> [PublishedKeyReference] {
        var references: [PublishedKeyReference] = []
        for case .publishedKey(let name, let rule) in components.map(\.measure) {
            let reference = PublishedKeyReference(name: name, rule, chargedYear: year)
            if !references.contains(reference) { references.append(reference) }
        }
        return references
    }

    /// Every party that the rule itself names, in steps, scopes and weights.
    public var parties: Set<PartyCode> {
        var parties: Set<PartyCode> = []
        for step in steps {
            switch step {
            case .precharge(let party, _), .fixed(let party, _), .exempt(let party), .cap(.party(let party), _),
                .floor(.party(let party), _):
                parties.insert(party)
            case .cap(.everyone, _), .floor(.everyone, _): break
            }
        }
        for component in components {
            if case .parties(let scope) = component.scope { parties.formUnion(scope) }
            if case .weights(let weights) = component.measure { parties.formUnion(weights.parties) }
        }
        return parties
    }

    /// Whether an allocation needs the ownership shares.
    public var needsOwnership: Bool { components.contains { $0.measure == .ownership } }

    /// Whether an allocation needs to know who uses the application.
    public var needsAdopters: Bool { components.contains { $0.scope == .adopters } }
}
