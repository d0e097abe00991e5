internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// The opening of a ballot: checks the change, and freezes what is voted on, by whom and under which majority.
struct BallotOpening {
    let context: ChangeContext
    let decision: Decision
    let code: String

    /// The ballot as it would be opened. Changes nothing.
    func prepare() async throws -> (row: DecisionRow, effects: [ChangeEffect]) {
        var proposed = Decision()
        proposed.change = decision.change
        try await proposed.joint.change.check(context, proposed)
        if let frozen = try await proposed.joint.change.frozen(context) { proposed.change = frozen }
        let (kind, change) = try proposed.joint
        let consortium = try await context.consortiumToday()
        try requireProposer(in: consortium)
        let rule = try await change.majority(try consortium.charter().majority(for: kind), context)
        let row = DecisionRow(
            code: code, rule: try API.MajorityRule(rule).serializedBytes(), change: try proposed.serializedBytes(),
            proposer: context.caller.principal.partyCode, lastVotingDay: try lastVotingDay(consortium),
            state: Int16(API.DecisionState.open.rawValue), electors: consortium.members)
        try requireConsent(rule, row)
        return (row, try await change.preview(context))
    }

    /// Opens it.
    func open(_ row: DecisionRow) async throws -> (decision: Decision, position: Int64) {
        let position = try await context.nextPosition()
        try await context.session.open(row, in: context.caller.consortium, at: position)
        let stored = try Decision(row, consortium: context.caller.name)
        try await context.append(.decisionOpened(stored))
        try await stored.joint.change.opened(context)
        return (stored, position)
    }

    /// A municipality puts something to the vote while it may vote itself.
    private func requireProposer(in consortium: ConsortiumRow) throws {
        let principal = context.caller.principal
        guard
            principal.role != .municipality
                || consortium.members.contains(where: { $0.partyCode == principal.partyCode })
        else {
            throw Failure(
                .notAMember, "party \(principal.partyCode) is not a member today; only members open decisions")
        }
    }

    /// A consent that nobody can give would make the decision impossible.
    private func requireConsent(_ rule: Domain.MajorityRule, _ row: DecisionRow) throws {
        let electorate = try row.electorate()
        for party in rule.consentingParties.sorted() where electorate.weight(of: party) == nil {
            throw Failure(
                .invalidState,
                "the decision needs the consent of \(party), which is not a member; amend the charter first"
            ).about("consortium", context.caller.name)
        }
    }

    private func lastVotingDay(_ consortium: ConsortiumRow) throws -> Domain.CivilDate {
        guard decision.hasLastVotingDay else {
            guard let day = context.today.adding(days: Int(try consortium.charter().votingDays)) else {
                throw Failure(.outOfRange, "the last voting day lies outside the calendar")
            }
            return day
        }
        let field = "decision.last_voting_day"
        var checks = FieldChecks()
        let day = checks.date(decision.lastVotingDay, isSet: true, field: field)
        let limit = context.today.adding(days: Limits.votingDays)
        checks.require(
            day.map { context.today <= $0 && (limit ?? $0) >= $0 } ?? true, field,
            "must be today or at most \(Limits.votingDays) days later")
        try checks.finish()
        return day!
    }
}
