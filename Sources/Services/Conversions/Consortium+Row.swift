internal import API
internal import Domain
internal import Store

extension ConsortiumRow {
    /// Reads a request to prepare a consortium; every wrong field is named.
    init(_ request: CreateConsortiumRequest, office: String) throws {
        let consortium = request.consortium
        var checks = FieldChecks()
        let code = checks.resourceID(request.consortiumID, field: "consortium_id")
        checks.text(consortium.displayName, field: "consortium.display_name", length: 1...200)
        checks.enumeration(consortium.legalForm, field: "consortium.legal_form")
        let currency = checks.value(Currency.self, consortium.currency, field: "consortium.currency")
        checks.require(
            (2...Limits.members).contains(consortium.members.count), "consortium.members",
            "must name 2 to \(Limits.members) members")
        var members: [MemberRow] = []
        var seen: Set<String> = []
        for (index, member) in consortium.members.enumerated() {
            let field = "consortium.members[\(index)]"
            guard let party = checks.id(member.party, in: "parties", field: field + ".party") else { continue }
            checks.require(seen.insert(party).inserted, field + ".party", "is named twice")
            checks.require(member.voteWeight > 0, field + ".vote_weight", "must be greater than zero")
            members.append(MemberRow(partyCode: party, voteWeight: member.voteWeight))
        }
        try checks.finish()
        self.init(
            code: code!, displayName: consortium.displayName, legalForm: Int16(consortium.legalForm.rawValue),
            currency: currency!.code, coordinationOffice: office, isFounded: false,
            members: members.sorted { $0.partyCode < $1.partyCode })
    }
}

extension Consortium {
    init(_ row: ConsortiumRow) {
        self.init()
        name = "consortia/" + row.code
        displayName = row.displayName
        legalForm = LegalForm(rawValue: Int(row.legalForm)) ?? .unspecified
        currency = row.currency
        coordinationOffice = "parties/" + row.coordinationOffice
        state = row.isFounded ? .active : .forming
        members = row.members.map { member in
            var message = Member()
            message.party = "parties/" + member.partyCode
            message.voteWeight = member.voteWeight
            return message
        }
    }
}
