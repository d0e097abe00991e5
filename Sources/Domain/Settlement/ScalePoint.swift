/// What a settlement costs on average: one point of the scale effect, by which the cost for each inhabitant and for
/// each case falls as parties join.
public struct ScalePoint: Sendable, Hashable {
    /// Who shares the cost, ascending.
    public let parties: [PartyCode]
    /// What they share, in minor units.
    public let amount: Int64
    /// Of all parties; `nil` where those of one are not known, as an average without it would be wrong.
    public let inhabitants: Int64?
    /// Those whose inhabitants are not known.
    public let withoutInhabitants: [PartyCode]
    /// Of all parties; one without cases has used nothing.
    public let cases: Quantity
    /// The amount for each inhabitant; `nil` where there is none or some are not known.
    public let perInhabitant: UnreducedFraction?
    /// The amount for each case; `nil` where there is none.
    public let perCase: UnreducedFraction?

    /// Throws OUT_OF_RANGE.
    public init(
        amount: Int64, parties: some Sequence<PartyCode>, inhabitants: PartyFigures, cases: PartyFigures = .none
    ) throws(Failure) {
        self.parties = Set(parties).sorted()
        self.amount = amount
        withoutInhabitants = self.parties.filter { inhabitants[$0] == nil }
        self.inhabitants =
            try withoutInhabitants.isEmpty ? Self.sum(inhabitants, self.parties).rescaled(to: 0).units : nil
        self.cases = try Self.sum(cases, self.parties)
        perInhabitant = self.inhabitants.flatMap { UnreducedFraction(amount, over: Quantity($0)) }
        perCase = UnreducedFraction(amount, over: self.cases)
    }

    private static func sum(_ figures: PartyFigures, _ parties: [PartyCode]) throws(Failure) -> Quantity {
        var sum = Quantity(0)
        for party in parties {
            if let figure = figures[party] { sum = try sum.adding(figure) }
        }
        return sum
    }

    /// Who shares the cost here and did not there.
    public func joined(since former: ScalePoint) -> [PartyCode] {
        let before = Set(former.parties)
        return parties.filter { !before.contains($0) }
    }
}

extension UnreducedFraction {
    /// An amount for each of so many units; `nil` where there are none, or the figures do not fit.
    fileprivate init?(_ amount: Int64, over quantity: Quantity) {
        guard quantity.units > 0 else { return nil }
        var scaled = amount
        for _ in 0..<quantity.scale {
            let (product, overflow) = scaled.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            scaled = product
        }
        self.init(scaled, of: quantity.units)
    }

    /// By which part of it an average has changed since a former one, exactly: -1/10 where it is a tenth less; `nil`
    /// where the former was not above zero.
    public func change(since former: UnreducedFraction) -> ExactFraction? {
        guard former.numerator > 0 else { return nil }
        let inverse = ExactFraction(
            isNegative: false, BigUInt(former.denominator.magnitude), BigUInt(former.numerator.magnitude))
        return ExactFraction(fraction) * inverse - ExactFraction(1)
    }
}
