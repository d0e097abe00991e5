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

extension API.MunicipalChange {
    init(_ row: MunicipalChangeRow) {
        self.init()
        predecessor = "parties/" + row.change.predecessor.text
        effectiveDate = API.CivilDate(row.change.day)
        successors = row.change.successors.map(Successor.init)
        legalBasis = row.legalBasis
        registerPosition = row.position
    }
}

extension Successor {
    init(_ successor: Domain.MunicipalChange.Successor) {
        self.init()
        party = "parties/" + successor.party.text
        share = API.Fraction(successor.share)
    }
}

extension Domain.MunicipalChange {
    /// Reads a change to be recorded; every wrong field is named.
    init(_ change: API.MunicipalChange, field: String) throws {
        var checks = FieldChecks()
        let day = checks.date(change.effectiveDate, isSet: change.hasEffectiveDate, field: field + ".effective_date")
        let predecessor = checks.party(change.predecessor, field: field + ".predecessor")
        checks.text(change.legalBasis, field: field + ".legal_basis", length: 1...200)
        checks.require(change.successors.count <= 100, field + ".successors", "must be at most 100")
        var successors: [Successor] = []
        for (index, successor) in change.successors.enumerated() {
            let path = "\(field).successors[\(index)]"
            let party = checks.party(successor.party, field: path + ".party")
            let share = checks.fraction(successor.share, field: path + ".share")
            if let party, let share { successors.append(Successor(party, share)) }
        }
        try checks.finish()
        try self.init(on: day!, predecessor: predecessor!, successors: successors, field: field)
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
        let published =
            figure.hasPublishedOn ? checks.date(figure.publishedOn, isSet: true, field: "key_figure.published_on") : nil
        if let published, let day, figure.status != .provisional {
            checks.require(
                published >= day, "key_figure.published_on",
                "must not be before the reference date \(day), unless the figure is provisional")
        }
        let code = checks.id(figure.party, in: "parties", field: "key_figure.party")
        try checks.finish()
        self.init(
            partyCode: code!, kind: Int16(figure.kind.rawValue), referenceDate: day!, value: figure.value,
            status: Int16(figure.status.rawValue), source: figure.source, publishedOn: published)
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
        if let published = row.publishedOn { publishedOn = API.CivilDate(published) }
    }
}
