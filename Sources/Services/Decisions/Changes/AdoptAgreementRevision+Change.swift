internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// The adoption of a drafted revision: fixed while the members vote, in force from its first day once they agree.
extension AdoptAgreementRevision: JointChange {
    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        try await context.consortium().state.require(.active, to: "adopt an agreement")
        var revision = try await RevisionInChange(agreementRevision, context)
        // Before its ballot opens, the revision is a draft; while it is open, the revision waits for its end.
        try revision.state.transition(to: decision.state == .open ? .inForce : .inVote)
        try await revision.requireReadyForForce(context)
        try await revision.requireGuards(context)
    }

    func opened(_ context: ChangeContext) async throws {
        try await RevisionInChange(agreementRevision, context).move(to: .inVote, context) {
            .agreementRevisionPutToVote($0)
        }
    }

    func enact(_ context: ChangeContext) async throws {
        let revision = try await RevisionInChange(agreementRevision, context)
        try await revision.supersedeOthers(context)
        try await revision.move(to: .inForce, context) { .agreementRevisionAdopted($0) }
    }

    func undo(_ context: ChangeContext) async throws {
        try await RevisionInChange(agreementRevision, context).move(to: .rejected, context) {
            .agreementRevisionRejected($0)
        }
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        let state = try await RevisionInChange(agreementRevision, context).state
        return [ChangeEffect(subject: agreementRevision, before: state.rawValue, after: "IN_FORCE")]
    }
}

/// A revision that a decision speaks of.
struct RevisionInChange {
    private static let field = "decision.adopt_agreement_revision.agreement_revision"

    let agreement: String
    private let name: String
    private let row: AgreementRevisionRow
    private let content: AgreementRevision
    var state: Domain.AgreementRevisionState

    init(_ name: String, _ context: ChangeContext) async throws {
        let parts = try AgreementRevisionName(name, field: Self.field)
        try context.caller.require(parts.consortium, field: Self.field)
        try self.init(
            parts.agreement, name: name,
            try await context.session.agreementRevision(
                parts.revision, of: parts.agreement, in: context.caller.consortium, name: name))
    }

    init(_ agreement: String, name: String, _ row: AgreementRevisionRow) throws {
        self.agreement = agreement
        self.name = name
        self.row = row
        content = try AgreementRevision(serializedBytes: row.content)
        state = try row.domainState
    }

    /// V4: a rule, a treatment of value added tax with its conditions, and complete shares.
    func requireReadyForForce(_ context: ChangeContext) async throws {
        let currency = try await context.consortium().currency
        let terms = try content.terms(currency: currency, field: Self.field)
        var hasCompleteShares = true
        for pool in content.pools {
            for case .ownership(let key)? in pool.components.map(\.key) {
                let ids = try ResourceName.ids(
                    key.application, in: ["consortia", "applications"], field: Self.field + ".application")
                let application = try await context.session.application(
                    ids[1], in: context.caller.consortium, name: key.application)
                // Shares that are stored add up to one; an application without owners has none.
                let owners = try await context.session.ownership(
                    of: application.id, in: context.caller.consortium, on: row.validFrom, knownAt: .max)
                if owners == nil { hasCompleteShares = false }
            }
        }
        try terms.requireReadyForForce(
            AgreementTerms.Adoption(
                decision: .passed, needsApproval: false, approved: nil, hasCompleteShares: hasCompleteShares))
    }

    /// The revision in force binds those after it: how often the rule may change in a year, and until when one decides.
    func requireGuards(_ context: ChangeContext) async throws {
        let others = try await ruling(context)
        guard let last = try others.last(where: { try $0.valid.overlaps(row.valid) || $0.validFrom < row.validFrom })
        else { return }
        let change = Domain.RateGuard.Change(decided: Clock.today(), effective: row.validFrom, isIncrease: true)
        // The first revision changes nothing: there was no rule before it.
        let earlier = others.filter { $0.revision > (others.first?.revision ?? 0) }.map {
            Domain.RateGuard.Change(decided: $0.validFrom, effective: $0.validFrom, isIncrease: true)
        }
        for rateGuard in try AgreementRevision(serializedBytes: last.content).rateGuards(Self.field) {
            do {
                try rateGuard.check(change, after: earlier)
            } catch {
                throw error.about("agreement revision", name)
            }
        }
    }

    /// T1: no two revisions hold for one day. Those in force give way from this one's first day on.
    func supersedeOthers(_ context: ChangeContext) async throws {
        for other in try await ruling(context) where try other.valid.overlaps(row.valid) {
            let otherName = "\(context.caller.name)/agreements/\(agreement)/revisions/\(other.revision)"
            let revision = try RevisionInChange(agreement, name: otherName, other)
            if try row.valid.contains(other.valid) {
                try await revision.move(to: .superseded, context) { .agreementRevisionSuperseded($0) }
            } else if other.validFrom < row.validFrom, try row.valid.coversEnd(of: other.valid) {
                try await revision.end(on: row.validFrom, context) { .agreementRevisionSuperseded($0) }
            }
        }
    }

    private func ruling(_ context: ChangeContext) async throws -> [AgreementRevisionRow] {
        try await context.session.agreementRevisions(of: agreement, in: context.caller.consortium).filter {
            try $0.revision != row.revision && $0.domainState.rules
        }
    }

    /// Records its next state.
    func move(
        to next: Domain.AgreementRevisionState, _ context: ChangeContext,
        _ entry: (AgreementRevision) -> RegisterEntry.OneOf_Change
    ) async throws {
        var state = state
        try state.transition(to: next)
        try await record(state, until: row.validUntil, context, entry)
    }

    /// Records an end of its days, before which it goes on to hold in the state it is in, or in another one.
    func end(
        on day: Domain.CivilDate, as next: Domain.AgreementRevisionState? = nil, _ context: ChangeContext,
        _ entry: (AgreementRevision) -> RegisterEntry.OneOf_Change
    ) async throws {
        var state = state
        if let next { try state.transition(to: next) }
        try await record(state, until: day, context, entry)
    }

    private func record(
        _ state: Domain.AgreementRevisionState, until end: Domain.CivilDate?, _ context: ChangeContext,
        _ entry: (AgreementRevision) -> RegisterEntry.OneOf_Change
    ) async throws {
        let position = try await context.nextPosition()
        var (row, content) = (row, content)
        content.state = API.AgreementRevisionState(state)
        content.registerPosition = position
        row.validUntil = end
        if let end { content.valid.end = API.CivilDate(end) }
        row.state = Int16(content.state.rawValue)
        row.content = try content.serializedBytes()
        try await context.session.record(row, of: agreement, in: context.caller.consortium, at: position)
        try await context.append(entry(content))
    }
}

extension Domain.DateRange {
    /// Whether it reaches as far as another range or further.
    fileprivate func coversEnd(of other: Domain.DateRange) -> Bool {
        guard let end else { return true }
        return other.end.map { $0 <= end } ?? false
    }
}
