/// Whether a party may be charged on a day: it is a member then, under a revision in force.
public enum ChargeGuard {
    /// Throws NOT_A_MEMBER or NO_REVISION_IN_FORCE, naming the day.
    public static func check(
        _ party: PartyCode, on day: CivilDate, memberships: [DateRange],
        revisions: [(valid: DateRange, state: AgreementRevisionState)]
    ) throws(Failure) {
        guard memberships.contains(where: { $0.contains(day) }) else {
            throw Failure(
                .notAMember, "\(party) is not a member on \(day), so nothing can be charged to it for that day"
            ).with("party", party.text)
        }
        guard revisions.contains(where: { $0.state == .inForce && $0.valid.contains(day) }) else {
            throw Failure(
                .noRevisionInForce, "no revision is in force on \(day), so nothing can be charged; adopt one first")
        }
    }
}
