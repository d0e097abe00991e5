/// The ways in which a distribution of ownership comes out of the one before, in exact fractions. Each result sums to
/// exactly 1 because what one gives another gets.
extension OwnershipShares {
    /// A part of what one owns goes to another. Throws INVALID_FIELD where the seller does not own that much.
    public func selling(_ part: Fraction, from seller: PartyCode, to buyer: PartyCode, field: String) throws(Failure)
        -> OwnershipShares
    {
        var checks = FieldChecks()
        checks.require(seller != buyer, field + ".buyer", "must be another party than the seller")
        checks.require(
            part > .zero && part <= share(of: seller), field + ".share",
            "must be above 0 and at most \(share(of: seller)), the share of \(seller)")
        try checks.finish()
        var parts = byParty
        parts[seller] = try share(of: seller).subtracting(part)
        parts[buyer] = try share(of: buyer).adding(part)
        return try OwnershipShares(parts, field: field)
    }

    /// A joiner gets a part of the whole; every owner gives in proportion to what it has.
    public func diluted(by joiner: PartyCode, _ part: Fraction, field: String) throws(Failure) -> OwnershipShares {
        var checks = FieldChecks()
        checks.require(part > .zero && part < .one, field + ".share", "must be above 0 and below 1, not \(part)")
        checks.require(share(of: joiner) == .zero, field + ".joiner", "must not own a share yet; sell it one instead")
        try checks.finish()
        let kept = try Fraction.one.subtracting(part)
        var parts: [PartyCode: Fraction] = [joiner: part]
        for owner in shares { parts[owner.party] = try owner.share.multiplied(by: kept) }
        return try OwnershipShares(parts, field: field)
    }

    /// What a leaver owns goes to the others in proportion to what they have.
    public func redistributed(without leaver: PartyCode, field: String) throws(Failure) -> OwnershipShares {
        let left = share(of: leaver)
        var checks = FieldChecks()
        checks.require(left > .zero, field + ".leaver", "must own a share")
        checks.require(left < .one, field + ".leaver", "must not own everything; sell it instead")
        try checks.finish()
        let rest = try Fraction.one.subtracting(left)
        guard let scale = Fraction(rest.denominator, rest.numerator) else {
            throw Failure(.outOfRange, "the shares of the others are too small to be scaled")
        }
        var parts: [PartyCode: Fraction] = [:]
        for owner in shares where owner.party != leaver { parts[owner.party] = try owner.share.multiplied(by: scale) }
        return try OwnershipShares(parts, field: field)
    }

    /// Who has less than before.
    public func losers(to next: OwnershipShares) -> [PartyCode] {
        shares.filter { next.share(of: $0.party) < $0.share }.map(\.party)
    }

    private var byParty: [PartyCode: Fraction] {
        Dictionary(uniqueKeysWithValues: shares.map { ($0.party, $0.share) })
    }

    private init(_ parts: [PartyCode: Fraction], field: String) throws(Failure) {
        let shares = parts.filter { $0.value > .zero }.map { Share(party: $0.key, share: $0.value) }
        try self.init(shares.sorted { $0.party < $1.party }, field: field)
    }
}
