internal import API
internal import Domain
internal import Store

/// A new distribution of ownership: it takes from some owners, so everyone must agree.
extension SetOwnership: JointChange {
    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        let consortium = try await context.consortium()
        try consortium.state.require(.active, to: "distribute ownership")
        try decision.requireUnanimity("a new distribution takes from some owners")
        _ = try await distribution(context, members: consortium.members.map(\.partyCode))
    }

    func enact(_ context: ChangeContext) async throws {
        let members = try await context.session.memberIDs(of: context.caller.consortium)
        let (id, distribution, day) = try await distribution(context, members: Array(members.keys))
        let position = try await context.nextPosition()
        try await context.session.setOwnership(
            of: id, in: context.caller.consortium,
            shares: distribution.shares.compactMap { share in members[share.party.text].map { ($0, share.share) } },
            from: day, at: position)
        var ownership = Ownership()
        ownership.application = application
        ownership.shares = distribution.shares.map { OwnershipShare(party: $0.party.text, share: $0.share) }
        ownership.valid.start = validFrom
        ownership.registerPosition = position
        try await context.append(.ownershipSet(ownership))
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        let members = try await context.consortium().members.map(\.partyCode)
        let (id, distribution, day) = try await distribution(context, members: members)
        let current = try await context.session.ownership(
            of: id, in: context.caller.consortium, on: day, knownAt: .max)
        let before = current?.shares.map { "\($0.party) \($0.share)" } ?? []
        let after = distribution.shares.map { "\($0.party) \($0.share)" }
        return [
            ChangeEffect(
                subject: application + "/ownership from \(day)", before: before.joined(separator: ", "),
                after: after.joined(separator: ", "))
        ]
    }

    private func distribution(
        _ context: ChangeContext, members: [String]
    ) async throws -> (application: Int32, OwnershipShares, Domain.CivilDate) {
        let field = "decision.set_ownership"
        var checks = FieldChecks()
        let ids = checks.ids(application, in: ["consortia", "applications"], field: field + ".application")
        let day = checks.date(validFrom, isSet: hasValidFrom, field: field + ".valid_from")
        var parts: [OwnershipShares.Share] = []
        for (index, share) in shares.enumerated() {
            let path = "\(field).shares[\(index)]"
            let code = checks.id(share.party, in: "parties", field: path + ".party")
            let fraction = checks.fraction(share.share, field: path + ".share")
            checks.require(code.map(members.contains) ?? true, path + ".party", "is not a member of the consortium")
            if let party = code.flatMap({ checks.value(PartyCode.self, $0, field: path + ".party") }), let fraction {
                parts.append(OwnershipShares.Share(party: party, share: fraction))
            }
        }
        try checks.finish()
        try context.caller.require(ids![0], field: field + ".application")
        let sum = try OwnershipShares(parts, field: field + ".shares")
        let row = try await context.session.application(
            ids![1], in: context.caller.consortium, name: application)
        return (row.id, sum, day!)
    }
}
