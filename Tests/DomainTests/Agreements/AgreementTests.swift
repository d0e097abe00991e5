import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct AgreementTests {
    private func day(_ text: String) throws -> CivilDate { try CivilDate(text, field: "day") }

    private func rule(_ percent: Int64, _ steps: [AllocationStep] = []) throws -> AllocationRule {
        try AllocationRule(
            [
                AllocationComponent(.equal, weight: fraction(percent, 100)),
                AllocationComponent(
                    .keyFigure(.inhabitants, .june30OfPreviousYear), weight: fraction(100 - percent, 100),
                    scope: .adopters),
            ], steps: steps)
    }

    private func terms(
        _ pools: [String: AllocationRule], vat: VATTreatment? = .standard, guards: [RateGuard] = []
    ) throws -> AgreementTerms {
        AgreementTerms(
            valid: DateRange(from: try day("2024-01-01")), legalBasis: "Art. 42 KommZG", vat: vat, pools: pools,
            guards: guards)
    }

    @Test func aDiffSaysClauseByClauseWhatChanges() throws {
        let old = try terms(["A": rule(40, [.exempt(party("x"))]), "B": rule(10)])
        let october = try ReferenceDateRule.DayOfYear(month: 6, day: 30, field: "d")
        let new = try terms(
            ["A": rule(50, [.cap(.everyone, .amount(1_000_00))]), "C": AllocationRule([.init(.equal, weight: .one)])],
            vat: .notTaxable([]), guards: [.changesPerYear(1), .increaseDecidedBefore(october)])
        let diff = AgreementDiff(from: old, to: new, currency: .euro)
        #expect(
            diff.sentences == [
                "vat_treatment: not taxable (§ 2b UStG) instead of taxed at the standard rate",
                "guards: new: at most 1 changes of the rate in a year",
                "guards: new: an increase must be decided before 30.6. of its year",
                "pools.A: in equal parts: 50 % instead of 40 %",
                "pools.A: by inhabitants on 30 June of the year before among those who use it: 50 % instead of 60 %",
                "pools.A: no longer: x is exempt", "pools.A: new: everyone bears at most 1,000.00 EUR",
                "pools.B: in equal parts: no longer: 10 %",
                "pools.B: by inhabitants on 30 June of the year before among those who use it: no longer: 90 %",
                "pools.C: in equal parts: new: 100 %",
            ])
        #expect(diff.changes[3].old == "40 %" && diff.changes[3].clause == "in equal parts")
        #expect(AgreementDiff(from: old, to: old, currency: .euro).changes.isEmpty)
    }

    @Test func forceNeedsDecisionRuleTaxApprovalAndShares() throws {
        let ready = AgreementTerms.Adoption(
            decision: .passed, needsApproval: true, approved: try day("2023-12-01"), hasCompleteShares: true)
        try terms(["A": rule(40)]).requireReadyForForce(ready)
        try terms(["A": rule(40)], vat: .notTaxable(Set(VATTreatment.Condition.allCases))).requireReadyForForce(ready)
        let undecided = AgreementTerms.Adoption(
            decision: .open, needsApproval: false, approved: nil, hasCompleteShares: true)
        #expect(try thrown { try terms(["A": rule(40)]).requireReadyForForce(undecided) }.reason == .decisionRequired)
        let incomplete = AgreementTerms.Adoption(
            decision: .passed, needsApproval: true, approved: nil, hasCompleteShares: false)
        let failure = try thrown { try terms([:], vat: nil).requireReadyForForce(incomplete) }
        #expect(failure.violations.map(\.field) == ["pools", "vat_treatment", "approved", "shares"])
        let unconfirmed = try thrown {
            try terms(
                ["A": rule(1)], vat: .notTaxable([.costReimbursement, .longTermAgreement, .commonInfrastructure])
            )
            .requireReadyForForce(ready)
        }
        #expect(unconfirmed.message.contains("MAINLY_PUBLIC_BODIES"))
    }

    @Test func onlyMembersAreChargedUnderARevisionInForce() throws {
        let year = try DateRange(day("2024-01-01"), day("2025-01-01"), field: "r")
        let open = DateRange(from: try day("2023-01-01"))
        func check(_ date: String, _ state: AgreementRevisionState = .inForce) throws {
            try ChargeGuard.check(
                party("a"), on: day(date), memberships: [year], revisions: [(valid: open, state: state)])
        }
        try check("2024-12-31")
        #expect(try thrown { try check("2025-01-01") }.reason == .notAMember)
        #expect(try thrown { try check("2024-06-01", .draft) }.reason == .noRevisionInForce)
    }

    @Test func statutesLimitChangesOfTheRate() throws {
        let june = try ReferenceDateRule.DayOfYear(month: 6, day: 30, field: "d")
        func change(_ decided: String, _ effective: String, up: Bool) throws -> RateGuard.Change {
            try .init(decided: day(decided), effective: day(effective), isIncrease: up)
        }
        let first = try change("2024-03-01", "2024-01-01", up: false)
        try RateGuard.changesPerYear(1).check(first, after: [change("2023-03-01", "2023-01-01", up: true)])
        #expect(try thrown { try RateGuard.changesPerYear(1).check(first, after: [first]) }.detail("year") == "2024")
        let rule = RateGuard.increaseDecidedBefore(june)
        try rule.check(change("2024-06-29", "2024-01-01", up: true), after: [])
        try rule.check(change("2024-12-01", "2024-01-01", up: false), after: [])
        #expect(
            try thrown { try rule.check(change("2024-06-30", "2024-01-01", up: true), after: []) }.reason
                == .invalidState)
    }

    @Test func theScaleEffectIsPerHeadAndPerCase() throws {
        let members = try ["a", "b", "c"].map { try party($0) }
        let rule = try AllocationRule([AllocationComponent(.equal, weight: .one)])
        let before = try Allocation(
            of: 900_00, by: rule, AllocationInputs(members: Array(members.prefix(2)), year: 2024))
        let after = try Allocation(of: 1_000_00, by: rule, AllocationInputs(members: members, year: 2024))
        let inhabitants = PartyFigures([
            members[0]: Quantity(1000), members[1]: Quantity(500), members[2]: Quantity(1500),
        ])
        let effect = try ScaleEffect(
            from: before, to: after, inhabitants: inhabitants, cases: [members[0]: Quantity(30)])
        #expect(effect.lines.map(\.before) == [450_00, 450_00, 0])
        #expect(effect.lines.map(\.difference) == [333_34 - 450_00, 333_33 - 450_00, 333_33])
        #expect(effect.perInhabitant.before?.description == "90000/1500")
        #expect(effect.perInhabitant.after?.description == "100000/3000")
        #expect(effect.perCase.after?.description == "100000/30")
        let missing = try thrown {
            _ = try ScaleEffect(
                from: before, to: after, inhabitants: [members[0]: Quantity(1), members[1]: Quantity(1)])
        }
        #expect(missing.reason == .missingKeyFigure && missing.detail("parties") == "c")
    }
}
