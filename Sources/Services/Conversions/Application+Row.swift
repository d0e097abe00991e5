internal import API
internal import Domain
internal import Foundation
internal import Store

extension Ownership {
    init(_ row: OwnershipRow, application: String) {
        self.init()
        self.application = application
        shares = row.shares.map { OwnershipShare(party: $0.party, share: $0.share) }
        valid.start = API.CivilDate(row.validFrom)
        if let end = row.validUntil { valid.end = API.CivilDate(end) }
        registerPosition = row.recordedFrom
    }
}

extension OwnershipShare {
    init(party code: String, share fraction: Domain.Fraction) {
        self.init()
        party = "parties/" + code
        share = API.Fraction(fraction)
    }
}

extension Adoption {
    init(_ row: AdoptionRow, application: String) {
        self.init()
        self.application = application
        party = "parties/" + row.partyCode
        state = API.AdoptionState(rawValue: Int(row.state)) ?? .unspecified
        version = row.version
        valid = API.DateRange(row.days)
        registerPosition = row.position
    }
}
