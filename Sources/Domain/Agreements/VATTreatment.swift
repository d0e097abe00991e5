/// How value added tax applies to what the members pay, for the valid range of a revision.
public enum VATTreatment: Sendable, Hashable {
    /// The four conditions of § 2b (3) no. 2 UStG; without any one of them the services are taxable.
    public enum Condition: String, Sendable, Hashable, CaseIterable {
        /// The services rest on long-term agreements under public law.
        case longTermAgreement = "LONG_TERM_AGREEMENT"
        /// They maintain public infrastructure and serve a task that all have.
        case commonInfrastructure = "COMMON_INFRASTRUCTURE"
        /// Only cost is reimbursed.
        case costReimbursement = "COST_REIMBURSEMENT"
        /// The provider serves mainly other public bodies.
        case mainlyPublicBodies = "MAINLY_PUBLIC_BODIES"
    }

    /// Not taxable under § 2b UStG (category O), with the conditions that were confirmed.
    case notTaxable(Set<Condition>)
    /// Exempt (category E) under the named provision, such as § 4 no. 29 UStG.
    case exempt(provision: String)
    /// Taxed at the standard rate (category S).
    case standard

    /// The conditions that nobody has confirmed.
    public var unconfirmed: [Condition] {
        guard case .notTaxable(let confirmed) = self else { return [] }
        return Condition.allCases.filter { !confirmed.contains($0) }
    }

    /// In words: `not taxable (§ 2b UStG)`.
    public var phrase: String {
        switch self {
        case .notTaxable: "not taxable (§ 2b UStG)"
        case .exempt(let provision): "exempt (\(provision))"
        case .standard: "taxed at the standard rate"
        }
    }
}
