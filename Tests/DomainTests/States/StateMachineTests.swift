import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct StateMachineTests {
    /// Every pair of states: either the change is made, or the failure names both.
    private func check<State: StateMachine>(_ type: State.Type, _ allowed: [(State, State)]) throws {
        for from in State.allCases {
            for to in State.allCases {
                var state = from
                if allowed.contains(where: { $0 == (from, to) }) {
                    try state.transition(to: to)
                    #expect(state == to)
                } else {
                    let failure = try thrown { try state.transition(to: to) }
                    #expect(failure.reason == .invalidState)
                    #expect(failure.detail("state") == from.rawValue && failure.detail("wanted") == to.rawValue)
                    #expect(failure.message.contains(State.resource) && failure.message.contains(from.rawValue))
                    #expect(state == from)
                }
            }
        }
    }

    @Test func allowExactlyTheseChanges() throws {
        try check(
            ConsortiumState.self,
            [
                (.forming, .awaitingApproval), (.forming, .active), (.awaitingApproval, .active),
                (.awaitingApproval, .forming), (.active, .inLiquidation), (.inLiquidation, .dissolved),
            ])
        try check(
            MembershipState.self,
            [
                (.applied, .active), (.active, .noticeGiven), (.active, .ended), (.noticeGiven, .ended),
                (.ended, .settled),
            ])
        try check(
            DecisionState.self,
            [(.open, .passed), (.open, .rejected), (.open, .lacksQuorum), (.open, .withdrawn)])
        try check(
            ReleaseState.self,
            [
                (.planned, .released), (.planned, .withdrawn), (.released, .deprecated), (.released, .withdrawn),
                (.deprecated, .withdrawn),
            ])
        try check(
            AdoptionState.self,
            [
                (.interest, .agreed), (.interest, .live), (.interest, .ended), (.agreed, .live), (.agreed, .ended),
                (.live, .live), (.live, .ended), (.ended, .interest), (.ended, .agreed), (.ended, .live),
            ])
        try check(
            AgreementRevisionState.self,
            [
                (.draft, .inVote), (.inVote, .inForce), (.inVote, .rejected), (.inForce, .superseded),
                (.inForce, .terminated), (.terminated, .superseded),
            ])
        try check(PeriodState.self, [(.open, .closed), (.closed, .reopened), (.reopened, .closed)])
        try check(
            SettlementState.self, [(.calculated, .approved), (.approved, .issued), (.issued, .corrected)])
    }

    @Test func sayWhatWouldBeNeeded() throws {
        let failure = try thrown { try ConsortiumState.forming.require(.active, to: "open a decision") }
        #expect(failure.message == "to open a decision the consortium must be ACTIVE; it is FORMING")
        #expect(failure.reason == .invalidState)
        try DecisionState.passed.require(.passed, .rejected, to: "read its result")
        var passed = DecisionState.passed
        let final = try thrown { try passed.transition(to: .open) }
        #expect(final.message.hasSuffix("PASSED is final"))
    }

    @Test func decisionsFollowTheVerdict() {
        #expect(Verdict.Outcome.allCases.map { DecisionState($0).rawValue } == Verdict.Outcome.allCases.map(\.rawValue))
    }

    @Test func ofTheMarketplaceAllowExactlyTheseChanges() throws {
        try check(PublicationState.self, [(.draft, .published), (.published, .withdrawn), (.withdrawn, .published)])
        try check(
            InterestState.self,
            [
                (.expressed, .accepted), (.expressed, .declined), (.expressed, .withdrawn), (.accepted, .declined),
                (.accepted, .withdrawn), (.accepted, .applied), (.declined, .expressed), (.withdrawn, .expressed),
                (.applied, .expressed),
            ])
        try check(
            AdvisoryRequestState.self,
            [
                (.submitted, .assigned), (.submitted, .withdrawn), (.assigned, .inProgress), (.assigned, .handedOver),
                (.assigned, .withdrawn), (.inProgress, .answered), (.inProgress, .handedOver),
                (.inProgress, .withdrawn),
                (.handedOver, .inProgress), (.handedOver, .handedOver), (.handedOver, .withdrawn), (.answered, .closed),
            ])
    }

    /// Every history of up to five attempts: what is refused leaves no trace, what is final stays.
    @Test func everyShortHistoryEndsWhereTheChangesLead() throws {
        try explore(ConsortiumState.forming, depth: 5)
        try explore(MembershipState.applied, depth: 5)
        try explore(DecisionState.open, depth: 5)
        try explore(ReleaseState.planned, depth: 5)
        try explore(AdoptionState.interest, depth: 5)
        try explore(PublicationState.draft, depth: 5)
        try explore(InterestState.expressed, depth: 5)
        try explore(AdvisoryRequestState.submitted, depth: 5)
    }

    private func explore<State: StateMachine>(_ state: State, depth: Int) throws {
        guard depth > 0 else { return }
        for next in State.allCases {
            var attempted = state
            do {
                try attempted.transition(to: next)
                #expect(state.successors.contains(next) && attempted == next)
            } catch {
                #expect(!state.successors.contains(next) && attempted == state)
                #expect(error.message.contains(state.rawValue) && error.message.contains(next.rawValue))
            }
            try explore(attempted, depth: depth - 1)
        }
    }
}
