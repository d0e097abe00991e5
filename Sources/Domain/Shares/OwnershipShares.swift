/// The ownership shares (Miteigentumsanteile) of a shared application: exact fractions that sum to exactly 1.
public struct OwnershipShares: Sendable, Hashable {
    /// One owner and its share.
    public struct Share: Sendable, Hashable {
        public let party: PartyCode
        public let share: Fraction

        public init(party: PartyCode, share: Fraction) {
            self.party = party
            self.share = share
        }
    }

    /// The shares by ascending party code.
    public let shares: [Share]
    /// The least common denominator of all shares.
    public let commonDenominator: Int64

    /// Checks the shares in the order of the request, so that each violation names `<field>[i]`.
    ///
    /// Every share lies in 0…1 and is not zero, no party is named twice, and the sum is exactly 1: otherwise
    /// INVALID_FIELD, or SHARES_DO_NOT_SUM_TO_ONE with the exact sum as a fraction and in per cent (also as the facts
    /// `sum` and `sum_percent`). Rounded percentages, such as 99.97961 % in total, are refused.
    public init(_ shares: [Share], field: String = "shares") throws(Failure) {
        if shares.isEmpty { throw .missing(field) }
        var checks = FieldChecks()
        var seen: Set<PartyCode> = []
        var common = BigUInt.one
        for (index, share) in shares.enumerated() {
            let path = "\(field)[\(index)]"
            checks.require(
                share.share > .zero && share.share <= .one, "\(path).share",
                "must be greater than 0 and at most 1, not \(share.share)")
            checks.require(seen.insert(share.party).inserted, "\(path).party", "names \(share.party) a second time")
            common = common.leastCommonMultiple(with: share.share.denominator.magnitude)
            // Thousands of unrelated denominators would make every sum as long as all of them together.
            if common.bitWidth > 1024 { break }
        }
        try checks.finish()
        guard common.bitWidth <= 1024 else { throw Self.noCommonDenominator(field) }
        let sum = Fraction.sum(shares.map(\.share))
        guard sum.fraction == .one else { throw Self.wrongSum(sum, field) }
        guard let denominator = common.word.flatMap({ Int64(exactly: $0) }) else {
            throw Self.noCommonDenominator(field)
        }
        self.shares = shares.sorted { $0.party < $1.party }
        commonDenominator = denominator
    }

    /// The share of a party; zero if it owns nothing.
    public func share(of party: PartyCode) -> Fraction {
        shares.first { $0.party == party }?.share ?? .zero
    }

    private static func wrongSum(_ sum: ExactFraction, _ field: String) -> Failure {
        let why =
            "sum to \(sum) (\(sum.percent())); they must sum to exactly 1, so correct them or give them as fractions"
        return Failure.invalid(field, why, reason: .sharesDoNotSumToOne)
            .with("sum", sum.description)
            .with("sum_percent", sum.percent())
    }

    private static func noCommonDenominator(_ field: String) -> Failure {
        .invalid(field, "need a common denominator that fits into 64 bits; give all shares with the same denominator")
    }
}
