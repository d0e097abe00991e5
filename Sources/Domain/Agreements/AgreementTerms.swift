/// What a revision of an agreement settles.
public struct AgreementTerms: Sendable, Hashable {
    public let valid: DateRange
    /// Statute or clause that it rests on.
    public let legalBasis: String
    public let vat: VATTreatment?
    /// By pool name.
    public let pools: [String: AllocationRule]
    public let guards: [RateGuard]
    /// Names of the pools whose surplus or deficit is carried forward.
    public let carriedForward: Set<String>
    /// How a party bears that is a member on some days of a period only.
    public let partial: PeriodMembers.PartialRule
    public let exit: ExitTerms

    public init(
        valid: DateRange, legalBasis: String, vat: VATTreatment?, pools: [String: AllocationRule],
        guards: [RateGuard] = [], carriedForward: Set<String> = [], partial: PeriodMembers.PartialRule = .byDays,
        exit: ExitTerms = .nothing
    ) {
        self.valid = valid
        self.legalBasis = legalBasis
        self.vat = vat
        self.pools = pools
        self.guards = guards
        self.carriedForward = carriedForward
        self.partial = partial
        self.exit = exit
    }

    /// What has to be there before a revision comes into force.
    public struct Adoption: Sendable, Hashable {
        /// The decision on it, if there is one.
        public let decision: DecisionState?
        /// Whether the legal form needs the supervisory authority's approval (a Zweckverband's statute does).
        public let needsApproval: Bool
        public let approved: CivilDate?
        /// Whether the shares of every application that a rule names sum to 1 on the first day.
        public let hasCompleteShares: Bool

        public init(decision: DecisionState?, needsApproval: Bool, approved: CivilDate?, hasCompleteShares: Bool) {
            self.decision = decision
            self.needsApproval = needsApproval
            self.approved = approved
            self.hasCompleteShares = hasCompleteShares
        }
    }

    /// Checks that the revision may come into force. Throws DECISION_REQUIRED without a decision that passed, or
    /// INVALID_FIELD with every field that is missing: `pools`, `vat_treatment`, `approved`, `shares`.
    public func requireReadyForForce(_ adoption: Adoption) throws(Failure) {
        guard adoption.decision == .passed else {
            throw Failure(
                .decisionRequired, "the revision needs a decision that passed; open one and let the members vote")
        }
        var checks = FieldChecks()
        checks.require(!pools.isEmpty, "pools", "must have an allocation rule, as an agreement must say who bears what")
        checks.require(vat != nil, "vat_treatment", "must be stated for the whole valid range")
        let unconfirmed = (vat?.unconfirmed ?? []).map(\.rawValue).joined(separator: ", ")
        checks.require(
            unconfirmed.isEmpty, "vat_treatment.conditions",
            "must confirm all of § 2b (3) no. 2 UStG; \(unconfirmed) lack")
        checks.require(
            !adoption.needsApproval || adoption.approved != nil, "approved",
            "must have the day of the supervisory authority's approval")
        checks.require(adoption.hasCompleteShares, "shares", "must sum to exactly 1 on \(valid.start)")
        try checks.finish()
    }
}
