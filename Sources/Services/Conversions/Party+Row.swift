internal import API
internal import Domain
internal import Store

extension PartyRow {
    /// Reads a request to register a party; every wrong field is named.
    init(_ request: CreatePartyRequest) throws {
        var checks = FieldChecks()
        let code = checks.value(PartyCode.self, request.partyCode, field: "party_code")
        let ags = checks.optional(AGS.self, request.party.ags, field: "party.ags")
        let ars = checks.optional(ARS.self, request.party.ars, field: "party.ars")
        checks.text(request.party.displayName, field: "party.display_name", length: 1...200)
        checks.enumeration(request.party.kind, field: "party.kind")
        checks.require(
            request.party.ars.isEmpty || request.party.ars == request.partyCode, "party_code",
            "must be the ARS where one is given")
        try checks.finish()
        self.init(
            code: code!.text, kind: Int16(request.party.kind.rawValue), displayName: request.party.displayName,
            ags: ags?.text, ars: ars?.text)
    }
}

extension Party {
    init(_ row: PartyRow) {
        self.init()
        name = "parties/" + row.code
        kind = PartyKind(rawValue: Int(row.kind)) ?? .unspecified
        displayName = row.displayName
        ags = row.ags ?? ""
        ars = row.ars ?? ""
    }
}

extension KeyFigureRow {
    init(_ request: RecordKeyFigureRequest) throws {
        let figure = request.keyFigure
        var checks = FieldChecks()
        let day = checks.date(figure.referenceDate, isSet: figure.hasReferenceDate, field: "key_figure.reference_date")
        checks.enumeration(figure.kind, field: "key_figure.kind")
        checks.enumeration(figure.status, field: "key_figure.status")
        checks.text(figure.source, field: "key_figure.source", length: 1...200)
        checks.require(figure.value >= 0, "key_figure.value", "must not be negative")
        let code = checks.id(figure.party, in: "parties", field: "key_figure.party")
        try checks.finish()
        self.init(
            partyCode: code!, kind: Int16(figure.kind.rawValue), referenceDate: day!, value: figure.value,
            status: Int16(figure.status.rawValue), source: figure.source)
    }
}

extension KeyFigure {
    init(_ row: KeyFigureRow) {
        self.init()
        party = "parties/" + row.partyCode
        kind = KeyFigureKind(rawValue: Int(row.kind)) ?? .unspecified
        referenceDate = API.CivilDate(row.referenceDate)
        value = row.value
        status = KeyFigureStatus(rawValue: Int(row.status)) ?? .unspecified
        source = row.source
    }
}
