internal import API
internal import ArgumentParser

extension Arguments {
    /// `09473132=1/2`: a party and its share of the ownership.
    static func share(_ text: String) throws -> OwnershipShare {
        let parts = try PartValue(text)
        var share = OwnershipShare()
        share.party = Names.party(parts.party)
        share.share = try fraction(parts.value)
        return share
    }

    /// `09473132`, or `09473132=2` for a member with two votes.
    static func member(_ text: String) throws -> Member {
        let parts = try PartValue(text, default: "1")
        guard let weight = Int32(parts.value), weight > 0 else {
            throw ValidationError("the votes of a member must be a whole number from 1 on, not \"\(parts.value)\"")
        }
        var member = Member()
        member.party = Names.party(parts.party)
        member.voteWeight = weight
        return member
    }
}
