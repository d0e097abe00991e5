internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// A new charter or new vote weights, decided by the majority of the charter in force. Ballots that are open keep the
/// majority, the electorate and the weights they were opened with.
extension AmendCharter: JointChange {
    private static let field = "decision.amend_charter"

    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        let consortium = try await context.consortium()
        try consortium.state.require(.active, to: "amend its charter")
        _ = try amended(consortium)
    }

    func enact(_ context: ChangeContext) async throws {
        let (consortium, members) = try amended(await context.consortium())
        try await context.record(consortium, members: members) { .charterAmended($0) }
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        let before = try await context.consortium()
        let (_, members) = try amended(before)
        let weights = members.map { member in
            ChangeEffect(
                subject: "\(context.caller.name)/memberships/\(member.partyCode) vote weight",
                before: "\(before.members.first { $0.partyCode == member.partyCode }?.voteWeight ?? 0)",
                after: "\(member.voteWeight)")
        }
        guard hasCharter else { return weights }
        let charters = ChangeEffect(
            subject: context.caller.name + "/charter", before: try before.charter().jsonString(),
            after: try charter.jsonString())
        return weights + [charters]
    }

    private func amended(_ consortium: ConsortiumRow) throws -> (ConsortiumRow, [MemberRow]) {
        var checks = FieldChecks()
        if !hasCharter, voteWeights.isEmpty { checks.missing(Self.field + ".charter") }
        if hasCharter { checks.charter(charter, currency: consortium.currency, field: Self.field + ".charter") }
        var seen: Set<String> = []
        var members: [MemberRow] = []
        for (index, weight) in voteWeights.enumerated() {
            let path = "\(Self.field).vote_weights[\(index)]"
            guard let party = checks.member(weight.party, of: consortium, field: path + ".party") else { continue }
            checks.require(seen.insert(party.text).inserted, path + ".party", "is named twice")
            checks.require(weight.voteWeight > 0, path + ".vote_weight", "must be greater than zero")
            guard var member = consortium.members.first(where: { $0.partyCode == party.text }) else { continue }
            member.voteWeight = weight.voteWeight
            members.append(member)
        }
        try checks.finish()
        var amended = consortium
        if hasCharter {
            var terms = try consortium.terms()
            terms.charter = charter
            try amended.store(terms)
        }
        return (amended, members)
    }
}
