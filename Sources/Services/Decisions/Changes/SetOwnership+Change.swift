internal import API
internal import Domain
internal import Store

/// A new distribution of ownership. Nobody loses what it owns against its will: whoever has less afterwards must agree,
/// whatever majority the charter asks for. Shares that follow from a sale, a joiner or an exit are computed when the
/// ballot opens, so that the members vote on figures.
extension SetOwnership: JointChange {
    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        let consortium = try await context.consortium()
        try consortium.state.require(.active, .inLiquidation, to: "distribute ownership")
        let distribution = try await distribution(context, consortium)
        // What was voted on was computed from the distribution of that time.
        let isAsVotedOn = try decision.state != .open || way == nil || distribution.after == given(consortium)
        guard isAsVotedOn else {
            throw Failure(.invalidState, "the ownership of \(application) has changed since the ballot was opened")
                .about("application", application)
        }
    }

    func frozen(_ context: ChangeContext) async throws -> Decision.OneOf_Change? {
        var change = self
        change.shares = try await distribution(context, context.consortium()).after.shares
            .map { OwnershipShare(party: $0.party.text, share: $0.share) }
        return .setOwnership(change)
    }

    func majority(_ charter: Domain.MajorityRule, _ context: ChangeContext) async throws -> Domain.MajorityRule {
        let consortium = try await context.consortium()
        let distribution = try await distribution(context, consortium)
        let members = Set(try await context.consortiumToday().members.map(\.partyCode))
        // Who has left no longer votes: what it owned falls to the others by the charter.
        let losers = (distribution.before?.losers(to: distribution.after) ?? []).filter { members.contains($0.text) }
        if charter == .unanimous || losers.isEmpty { return charter }
        return .allOf([charter] + losers.map { .consentOf($0) })
    }

    func enact(_ context: ChangeContext) async throws {
        let ids = try await context.session.memberIDs(of: context.caller.consortium)
        let distribution = try await distribution(context, context.consortium())
        let position = try await context.nextPosition()
        try await context.session.setOwnership(
            of: distribution.application, in: context.caller.consortium,
            shares: distribution.after.shares.compactMap { share in
                ids[share.party.text].map { ($0, share.share) }
            }, from: distribution.day, at: position)
        var ownership = Ownership()
        ownership.application = application
        ownership.shares = distribution.after.shares.map { OwnershipShare(party: $0.party.text, share: $0.share) }
        ownership.valid.start = validFrom
        ownership.registerPosition = position
        try await context.append(.ownershipSet(ownership))
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        let distribution = try await distribution(context, context.consortium())
        let parties = Set((distribution.before?.shares ?? []).map(\.party) + distribution.after.shares.map(\.party))
        return parties.sorted().compactMap { party in
            let before = distribution.before?.share(of: party) ?? .zero
            let after = distribution.after.share(of: party)
            guard before != after else { return nil }
            return ChangeEffect(
                subject: "\(application)/ownership of \(party) from \(distribution.day)", before: "\(before)",
                after: "\(after)")
        }
    }
}

extension SetOwnership {
    private static let field = "decision.set_ownership"

    /// What is distributed: who owns it on the day before the change, and who would.
    private struct Distribution {
        let application: Int32
        let day: Domain.CivilDate
        let before: OwnershipShares?
        let after: OwnershipShares
    }

    private func distribution(_ context: ChangeContext, _ consortium: ConsortiumRow) async throws -> Distribution {
        let field = Self.field
        var checks = FieldChecks()
        let ids = checks.ids(application, in: ["consortia", "applications"], field: field + ".application")
        let day = checks.date(validFrom, isSet: hasValidFrom, field: field + ".valid_from")
        try checks.finish()
        try context.caller.require(ids![0], field: field + ".application")
        let row = try await context.session.application(
            ids![1], in: context.caller.consortium, name: application)
        let current = try await context.session.ownership(
            of: row.id, in: context.caller.consortium, on: day!, knownAt: .max)
        let before = try current.map { current in
            try OwnershipShares(
                try current.shares.map { OwnershipShares.Share(party: try PartyCode($0.party), share: $0.share) })
        }
        let after = way == nil ? try given(consortium) : try derived(from: before, consortium)
        return Distribution(application: row.id, day: day!, before: before, after: after)
    }

    /// The shares as they are given, or as they were frozen.
    private func given(_ consortium: ConsortiumRow) throws -> OwnershipShares {
        var checks = FieldChecks()
        var parts: [OwnershipShares.Share] = []
        for (index, share) in shares.enumerated() {
            let path = "\(Self.field).shares[\(index)]"
            let fraction = checks.fraction(share.share, field: path + ".share")
            let party =
                way == nil
                ? checks.member(share.party, of: consortium, field: path + ".party")
                : checks.party(share.party, field: path + ".party")
            if let party, let fraction { parts.append(OwnershipShares.Share(party: party, share: fraction)) }
        }
        try checks.finish()
        return try OwnershipShares(parts, field: Self.field + ".shares")
    }

    private func derived(from before: OwnershipShares?, _ consortium: ConsortiumRow) throws -> OwnershipShares {
        guard let before else {
            throw Failure(.invalidState, "nobody owns \(application) on that day; give the shares themselves")
                .about("application", application)
        }
        var checks = FieldChecks()
        switch way {
        case .sale(let sale):
            let path = Self.field + ".sale"
            let seller = checks.party(sale.seller, field: path + ".seller")
            let buyer = checks.member(sale.buyer, of: consortium, field: path + ".buyer")
            let share = checks.fraction(sale.share, field: path + ".share")
            try checks.finish()
            return try before.selling(share!, from: seller!, to: buyer!, field: path)
        case .dilution(let dilution):
            let path = Self.field + ".dilution"
            let joiner = checks.member(dilution.joiner, of: consortium, field: path + ".joiner")
            let share = checks.fraction(dilution.share, field: path + ".share")
            try checks.finish()
            return try before.diluted(by: joiner!, share!, field: path)
        case .exit(let exit):
            let path = Self.field + ".exit"
            let leaver = checks.party(exit.leaver, field: path + ".leaver")
            try checks.finish()
            return try before.redistributed(without: leaver!, field: path)
        case nil: return before
        }
    }
}

extension FieldChecks {
    /// A party by its resource name.
    mutating func party(_ name: String, field: String) -> PartyCode? {
        id(name, in: "parties", field: field).flatMap { value(PartyCode.self, $0, field: field) }
    }

    /// A party that is or will be a member.
    mutating func member(_ name: String, of consortium: ConsortiumRow, field: String) -> PartyCode? {
        guard let party = party(name, field: field) else { return nil }
        require(
            consortium.members.contains { $0.partyCode == party.text }, field, "is not a member of the consortium")
        return party
    }
}
