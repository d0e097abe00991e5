internal import API
internal import Domain
internal import Store

extension MandateRow {
    init(_ request: CreateMandateRequest) throws {
        let mandate = request.mandate
        var checks = FieldChecks()
        let party = checks.id(request.parent, in: "parties", field: "parent")
        let code = checks.resourceID(request.mandateID, field: "mandate_id")
        let holder = checks.id(mandate.holder, in: "parties", field: "mandate.holder")
        checks.require(
            holder == nil || holder != party, "mandate.holder", "must be another party than the one it is of")
        if mandate.purposes.isEmpty { checks.missing("mandate.purposes") }
        for (index, purpose) in mandate.purposes.enumerated() {
            checks.enumeration(purpose, field: "mandate.purposes[\(index)]")
        }
        checks.require(
            Set(mandate.purposes).count == mandate.purposes.count, "mandate.purposes", "must not repeat a purpose")
        var consortium: String?
        if !mandate.consortium.isEmpty {
            consortium = checks.id(mandate.consortium, in: "consortia", field: "mandate.consortium")
        }
        let valid = checks.range(mandate.valid, isSet: mandate.hasValid, needsEnd: false, field: "mandate.valid")
        try checks.finish()
        self.init(
            partyCode: party!, code: code!, holderCode: holder!,
            purposes: mandate.purposes.compactMap { HeldMandate.Purpose(rawValue: Int16($0.rawValue)) },
            consortiumCode: consortium, valid: valid!, isRevoked: false)
    }
}

extension Mandate {
    init(_ row: MandateRow) {
        self.init()
        name = "parties/\(row.partyCode)/mandates/\(row.code)"
        holder = "parties/" + row.holderCode
        purposes = row.purposes.compactMap { MandatePurpose(rawValue: Int($0.rawValue)) }
        if let code = row.consortiumCode { consortium = "consortia/" + code }
        valid = API.DateRange(row.valid)
        revoked = row.isRevoked
    }
}
