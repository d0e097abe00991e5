internal import API
internal import Domain
internal import Foundation
internal import Store
internal import SwiftProtobuf

extension ConsortiumRow {
    /// Reads a request to prepare a consortium; every wrong field is named.
    init(_ request: CreateConsortiumRequest, office: String) throws {
        var consortium = request.consortium
        var checks = FieldChecks()
        let code = checks.resourceID(request.consortiumID, field: "consortium_id")
        checks.text(consortium.displayName, field: "consortium.display_name", length: 1...200)
        checks.enumeration(consortium.legalForm, field: "consortium.legal_form")
        let currency = checks.value(Currency.self, consortium.currency, field: "consortium.currency")
        checks.text(consortium.seat, field: "consortium.seat", length: 0...200)
        checks.text(consortium.supervisoryAuthority, field: "consortium.supervisory_authority", length: 0...200)
        if !consortium.hasFiscalYear { consortium.fiscalYear = FiscalYear(Domain.FiscalYear.calendarYear) }
        let year = consortium.fiscalYear
        _ = checks.check { () throws(Failure) in
            try Domain.FiscalYear(
                startMonth: Int(year.startMonth), startDay: Int(year.startDay), field: "consortium.fiscal_year")
        }
        consortium.charter = consortium.hasCharter ? consortium.charter.completed() : .standard
        checks.charter(consortium.charter, currency: consortium.currency, field: "consortium.charter")
        if consortium.hasEstablishedOn {
            let day = checks.date(consortium.establishedOn, isSet: true, field: "consortium.established_on")
            checks.require(
                day.map { $0 <= Clock.today() } ?? true, "consortium.established_on", "must not lie in the future")
        }
        let members = checks.founders(consortium.members)
        try checks.finish()
        consortium.coordinationOffice = "parties/" + office
        consortium.clearApproval()
        consortium.clearDissolvedOn()
        self.init(
            code: code!, displayName: consortium.displayName, legalForm: Int16(consortium.legalForm.rawValue),
            currency: currency!.code, coordinationOffice: office,
            stateNumber: Int16(API.ConsortiumState.forming.rawValue),
            isOpenToApplications: consortium.charter.openToApplications, content: [],
            members: members.sorted { $0.partyCode < $1.partyCode })
        try store(consortium)
    }

    /// Takes on what a message says, except its members and its state.
    mutating func store(_ consortium: Consortium) throws {
        var stored = consortium
        stored.name = ""
        stored.members = []
        stored.state = .unspecified
        isOpenToApplications = consortium.charter.openToApplications
        comparesUsage = consortium.charter.compareUsage
        usageRetention = consortium.charter.usageRetentionMonths
        content = try stored.serializedBytes()
    }

    /// The consortium's content without its members and its state.
    func terms() throws -> Consortium { try Consortium(serializedBytes: content) }

    func charter() throws -> Charter { try terms().charter }

    var state: Domain.ConsortiumState {
        get throws { try Domain.ConsortiumState(number: stateNumber) }
    }

    /// The consortium in its next state, with a chance to change its terms. Throws INVALID_STATE.
    func moved(to next: Domain.ConsortiumState, _ change: (inout Consortium) -> Void = { _ in }) throws -> ConsortiumRow
    {
        var moved = self
        var state = try state
        try state.transition(to: next)
        moved.stateNumber = Int16(API.ConsortiumState(next).rawValue)
        var terms = try terms()
        change(&terms)
        try moved.store(terms)
        return moved
    }

    func fiscalYear() throws -> Domain.FiscalYear {
        let year = try terms().fiscalYear
        return try Domain.FiscalYear(
            startMonth: Int(year.startMonth), startDay: Int(year.startDay), field: "fiscal_year")
    }

    /// Whether founding and dissolution need the supervisory authority (for example Art. 20 and 46 BayKommZG).
    var needsApproval: Bool {
        switch LegalForm(rawValue: Int(legalForm)) {
        case .specialPurposeAssociation, .publicInstitution: true
        default: false
        }
    }
}

extension FieldChecks {
    fileprivate mutating func founders(_ members: [Member]) -> [MemberRow] {
        require(
            (2...Limits.members).contains(members.count), "consortium.members",
            "must name 2 to \(Limits.members) members")
        var rows: [MemberRow] = []
        var seen: Set<String> = []
        for (index, member) in members.enumerated() {
            let field = "consortium.members[\(index)]"
            guard let party = id(member.party, in: "parties", field: field + ".party") else { continue }
            require(seen.insert(party).inserted, field + ".party", "is named twice")
            require(member.voteWeight > 0, field + ".vote_weight", "must be greater than zero")
            rows.append(
                MemberRow(
                    partyCode: party, state: Int16(API.MembershipState.applied.rawValue),
                    voteWeight: member.voteWeight))
        }
        return rows
    }
}

extension Consortium {
    init(_ row: ConsortiumRow) throws {
        self = try row.terms()
        name = "consortia/" + row.code
        state = API.ConsortiumState(rawValue: Int(row.stateNumber)) ?? .unspecified
        members = row.members.map(Member.init)
    }
}

extension Member {
    init(_ row: MemberRow) {
        self.init()
        party = "parties/" + row.partyCode
        voteWeight = row.voteWeight
        state = API.MembershipState(rawValue: Int(row.state)) ?? .unspecified
        if let range = row.valid { valid = range }
    }
}

extension MemberRow {
    /// The days on which it lasts; nil while it is applied for.
    var valid: API.DateRange? {
        guard let validFrom else { return nil }
        var range = API.DateRange()
        range.start = API.CivilDate(validFrom)
        if let validUntil { range.end = API.CivilDate(validUntil) }
        return range
    }

    func domainState() throws -> Domain.MembershipState { try Domain.MembershipState(number: state) }

    /// The membership in its next state. Throws INVALID_STATE.
    func moved(to next: Domain.MembershipState) throws -> MemberRow {
        var state = try domainState()
        try state.transition(to: next)
        var moved = self
        moved.state = Int16(API.MembershipState(next).rawValue)
        return moved
    }
}

extension Membership {
    init(_ row: MemberRow, consortium: String, currency: String) {
        self.init()
        name = "\(consortium)/memberships/\(row.partyCode)"
        party = "parties/" + row.partyCode
        number = row.number
        state = API.MembershipState(rawValue: Int(row.state)) ?? .unspecified
        voteWeight = row.voteWeight
        if let range = row.valid { valid = range }
        if let day = row.noticeDate { noticeDate = API.CivilDate(day) }
        forCause = row.isForCause
        if let sum = row.buyIn {
            buyIn.minorUnits = sum
            buyIn.currency = currency
        }
        documentSha256 = Data(row.documentDigest)
        interest = row.interest
    }
}

extension API.FiscalYear {
    init(_ year: Domain.FiscalYear) {
        self.init()
        startMonth = Int32(year.startMonth)
        startDay = Int32(year.startDay)
    }
}
