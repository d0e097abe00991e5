internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// What a decision does to the consortium: checked when the ballot opens, enacted in the transaction of the vote that
/// settles it.
struct Enactment {
    let session: Session
    let caller: Participant
    let stamp: RequestStamp

    /// Refuses a change that could not be enacted as things stand.
    func check(_ decision: Decision) async throws {
        let consortium = try await session.consortium(caller.consortium, name: caller.name)
        switch decision.change {
        case .foundConsortium:
            try consortium.state.require(.forming, to: "found it")
            try requireUnanimity(decision, "founding binds every member")
        case .setOwnership(let change):
            try consortium.state.require(.active, to: "distribute ownership")
            try requireUnanimity(decision, "a new distribution takes from some owners")
            _ = try await ownership(change, members: consortium.members.map(\.partyCode))
        case .adoptAgreementRevision(let change):
            try consortium.state.require(.active, to: "adopt an agreement")
            let (_, row) = try await revision(change)
            var state = try Domain.AgreementRevisionState(number: row.state)
            try state.transition(to: .inVote)
        case nil:
            throw Failure.missing("decision.change")
        }
    }

    /// What follows from the opening of the ballot itself.
    func opened(_ decision: Decision) async throws {
        guard case .adoptAgreementRevision(let change) = decision.change else { return }
        try await move(change, to: .inVote) { .agreementRevisionPutToVote($0) }
    }

    /// Enacts a decision that passed, or undoes what its opening did where it was rejected.
    func close(_ decision: Decision) async throws {
        let passed = decision.state == .passed
        switch decision.change {
        case .foundConsortium where passed: try await found()
        case .setOwnership(let change) where passed: try await setOwnership(change)
        case .adoptAgreementRevision(let change) where passed: try await adopt(change)
        case .adoptAgreementRevision(let change):
            try await move(change, to: .rejected) { .agreementRevisionRejected($0) }
        default: break
        }
    }

    private func found() async throws {
        let head = try await session.head(of: caller.consortium)
        try await session.found(caller.consortium, at: head.nextPosition)
        let row = try await session.consortium(caller.consortium, name: caller.name)
        try head.append(.consortiumFounded(Consortium(row)), to: caller.name, by: caller.principal, for: stamp)
    }

    private func setOwnership(_ change: SetOwnership) async throws {
        let members = try await session.memberIDs(of: caller.consortium)
        let (application, shares, day) = try await ownership(change, members: Array(members.keys))
        let head = try await session.head(of: caller.consortium)
        let position = head.nextPosition
        try await session.setOwnership(
            of: application.id, in: caller.consortium,
            shares: shares.shares.compactMap { share in members[share.party.text].map { ($0, share.share) } },
            from: day, at: position)
        var ownership = Ownership()
        ownership.application = change.application
        ownership.shares = shares.shares.map { OwnershipShare(party: $0.party.text, share: $0.share) }
        ownership.valid.start = change.validFrom
        ownership.registerPosition = position
        try head.append(.ownershipSet(ownership), to: caller.name, by: caller.principal, for: stamp)
    }

    /// A revision in force takes the place of the one before from its first day on.
    private func adopt(_ change: AdoptAgreementRevision) async throws {
        try await move(change, to: .inForce) { .agreementRevisionAdopted($0) }
    }

    private func move(
        _ change: AdoptAgreementRevision, to next: Domain.AgreementRevisionState,
        _ entry: (AgreementRevision) -> RegisterEntry.OneOf_Change
    ) async throws {
        var (agreement, row) = try await revision(change)
        let head = try await session.head(of: caller.consortium)
        let position = head.nextPosition
        var content = try AgreementRevision(serializedBytes: row.content)
        var state = try Domain.AgreementRevisionState(number: row.state)
        try state.transition(to: next)
        content.state = API.AgreementRevisionState(state)
        content.registerPosition = position
        row.state = Int16(content.state.rawValue)
        row.content = try content.serializedBytes()
        try await session.record(row, of: agreement, in: caller.consortium, at: position)
        try head.append(entry(content), to: caller.name, by: caller.principal, for: stamp)
    }

    private func revision(_ change: AdoptAgreementRevision) async throws -> (String, AgreementRevisionRow) {
        let field = "decision.adopt_agreement_revision.agreement_revision"
        let name = try AgreementRevisionName(change.agreementRevision, field: field)
        try caller.require(name.consortium, field: field)
        let row = try await session.agreementRevision(
            name.revision, of: name.agreement, in: caller.consortium, name: change.agreementRevision)
        return (name.agreement, row)
    }

    private func ownership(
        _ change: SetOwnership, members: [String]
    ) async throws -> (ApplicationRow, OwnershipShares, Domain.CivilDate) {
        let field = "decision.set_ownership"
        var checks = FieldChecks()
        let ids = checks.ids(change.application, in: ["consortia", "applications"], field: field + ".application")
        let day = checks.date(change.validFrom, isSet: change.hasValidFrom, field: field + ".valid_from")
        var shares: [OwnershipShares.Share] = []
        for (index, share) in change.shares.enumerated() {
            let path = "\(field).shares[\(index)]"
            let code = checks.id(share.party, in: "parties", field: path + ".party")
            let fraction = checks.fraction(share.share, field: path + ".share")
            checks.require(code.map(members.contains) ?? true, path + ".party", "is not a member of the consortium")
            if let party = code.flatMap({ checks.value(PartyCode.self, $0, field: path + ".party") }), let fraction {
                shares.append(OwnershipShares.Share(party: party, share: fraction))
            }
        }
        try checks.finish()
        try caller.require(ids![0], field: field + ".application")
        let sum = try OwnershipShares(shares, field: field + ".shares")
        let application = try await session.application(ids![1], in: caller.consortium, name: change.application)
        return (application, sum, day!)
    }

    private func requireUnanimity(_ decision: Decision, _ why: String) throws {
        guard decision.rule == .unanimous else {
            throw Failure.invalid("decision.rule", "must be VOTING_RULE_UNANIMOUS: \(why)")
        }
    }
}
