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

    /// `09473132:09473138=1/10`: seller, buyer and the part of the whole that changes hands.
    static func sale(_ text: String) throws -> OwnershipSale {
        let parts = try PartValue(text)
        let parties = parts.party.split(separator: ":")
        guard parties.count == 2 else {
            throw ValidationError("a sale is SELLER:BUYER=SHARE, not \"\(text)\"")
        }
        var sale = OwnershipSale()
        sale.seller = Names.party(String(parties[0]))
        sale.buyer = Names.party(String(parties[1]))
        sale.share = try fraction(parts.value)
        return sale
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

    /// `10-01`: month and day on which every fiscal year begins.
    static func fiscalYear(_ text: String) throws -> FiscalYear {
        var year = FiscalYear()
        (year.startMonth, year.startDay) = try monthAndDay(text, "the beginning of the fiscal year")
        return year
    }

    /// `06-30`: a day of every year.
    static func monthAndDay(_ text: String, _ what: String) throws -> (Int32, Int32) {
        let parts = text.split(separator: "-").map { Int32($0) }
        guard parts.count == 2, let month = parts[0], let day = parts[1] else {
            throw ValidationError("\(what) is MONTH-DAY such as 01-01, not \"\(text)\"")
        }
        return (month, day)
    }
}
