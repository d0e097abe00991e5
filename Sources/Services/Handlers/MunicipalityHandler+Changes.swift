public import API
internal import Domain
public import GRPC
internal import Store

/// Names and changes of municipalities: who stands for a party that has ended.
extension MunicipalityHandler {
    public func renameParty(_ request: RenamePartyRequest, _ call: ServerCall) async throws -> RenamePartyResponse {
        let principal = try await backend.authorise(call, as: [.operator, .coordinationOffice])
        var checks = FieldChecks()
        let code = checks.id(request.name, in: "parties", field: "name")
        checks.text(request.displayName, field: "display_name", length: 1...200)
        let day = checks.date(request.validFrom, isSet: request.hasValidFrom, field: "valid_from")
        try checks.finish()
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            let head = try await session.head(of: Store.platformRegister)
            let id = try await session.partyID(code!, field: "name")
            try await session.rename(id, to: request.displayName, from: day!, at: head.nextPosition)
            var response = RenamePartyResponse()
            response.partyName = PartyName(request.name, request.displayName, Domain.DateRange(from: day!))
            response.registerPosition = try head.append(
                .partyRenamed(response.partyName), to: "platform", by: principal, for: stamp)
            return response
        }
    }

    public func listPartyNames(
        _ request: ListPartyNamesRequest, _ call: ServerCall
    ) async throws -> ListPartyNamesResponse {
        let principal = try await backend.authorise(call)
        let code = try ResourceName.id(request.parent, in: "parties", field: "parent")
        let reader = backend.store.reader(principal)
        let state = try await reader.resolve(request.asOf, .platform)
        let later = try await reader.laterPartyNames(of: code, knownAt: state.size)
        var response = ListPartyNamesResponse()
        response.partyNames = later.map { PartyName(request.parent, $0.displayName, $0.valid) }
        let first = try await reader.firstPartyName(of: code)
        let ever = try Domain.CivilDate(year: 1, month: 1, day: 1, field: "valid")
        // A name that was given from ever on leaves no day to the first one.
        if later.last?.valid.start != ever {
            let valid = try Domain.DateRange(ever, later.last?.valid.start, field: "valid")
            response.partyNames.append(PartyName(request.parent, first, valid))
        }
        response.asOf = state.message
        return response
    }

    public func recordMunicipalChange(
        _ request: RecordMunicipalChangeRequest, _ call: ServerCall
    ) async throws -> RecordMunicipalChangeResponse {
        let principal = try await backend.authorise(call, as: [.operator, .coordinationOffice])
        let change = try Domain.MunicipalChange(request.municipalChange, field: "municipal_change")
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            // Under the platform's lock: two changes that do not fit together cannot both be recorded.
            let head = try await session.head(of: Store.platformRegister)
            let codes = [change.predecessor.text] + change.successors.map(\.party.text)
            let ids = try await session.partyIDs(codes)
            for (index, code) in codes.enumerated() where ids[code] == nil {
                let field = index == 0 ? "predecessor" : "successors[\(index - 1)].party"
                throw Failure.invalid(
                    "municipal_change." + field, "names party \(code), which is not registered", reason: .unknownParty)
            }
            let known = try await session.municipalChanges(knownAt: .max).map(\.change)
            try known.requireFits(change)
            let row = MunicipalChangeRow(
                change: change, legalBasis: request.municipalChange.legalBasis, position: head.nextPosition)
            try await session.insert(row, ids: ids)
            var response = RecordMunicipalChangeResponse()
            response.municipalChange = API.MunicipalChange(row)
            var entry = response.municipalChange
            entry.registerPosition = 0
            response.registerPosition = try head.append(
                .municipalChangeRecorded(entry), to: "platform", by: principal, for: stamp)
            return response
        }
    }

    public func listMunicipalChanges(
        _ request: ListMunicipalChangesRequest, _ call: ServerCall
    ) async throws -> ListMunicipalChangesResponse {
        let principal = try await backend.authorise(call)
        let code = try ResourceName.id(request.parent, in: "parties", field: "parent")
        let size = try Limits.pageSize(request.pageSize)
        var question = request
        (question.pageToken, question.pageSize) = ("", 0)
        let token = try PageToken(question, method: call.method.path, principal: principal)
        let reader = backend.store.reader(principal)
        let state = try await reader.resolve(request.asOf, .platform)
        let rows = try await reader.municipalChanges(
            of: code == "-" ? nil : code, knownAt: state.size, after: try token.number(request.pageToken) ?? -1,
            limit: size + 1)
        var response = ListMunicipalChangesResponse()
        response.municipalChanges = rows.prefix(size).map(API.MunicipalChange.init)
        if rows.count > size { response.nextPageToken = token.text([String(rows[size - 1].position)]) }
        response.asOf = state.message
        return response
    }

    public func resolveSuccessors(
        _ request: ResolveSuccessorsRequest, _ call: ServerCall
    ) async throws -> ResolveSuccessorsResponse {
        let principal = try await backend.authorise(call)
        let party = try PartyCode(resource: request.name, field: "name")
        let reader = backend.store.reader(principal)
        _ = try await reader.partyID(party.text, field: "name")
        let state = try await reader.resolve(request.asOf, .platform)
        let history = try MunicipalHistory(try await reader.municipalChanges(knownAt: state.size).map(\.change))
        var response = ResolveSuccessorsResponse()
        response.successors = try history.successors(of: party, on: state.day).map(Successor.init)
        response.asOf = state.message
        return response
    }

    public func resolveKeyFigure(
        _ request: ResolveKeyFigureRequest, _ call: ServerCall
    ) async throws -> ResolveKeyFigureResponse {
        let principal = try await backend.authorise(call)
        var checks = FieldChecks()
        let party = checks.party(request.party, field: "party")
        checks.enumeration(request.kind, field: "kind")
        let day = checks.date(request.referenceDate, isSet: request.hasReferenceDate, field: "reference_date")
        try checks.finish()
        let reader = backend.store.reader(principal)
        _ = try await reader.partyID(party!.text, field: "party")
        let state = try await reader.resolve(request.asOf, .platform)
        let history = try MunicipalHistory(try await reader.municipalChanges(knownAt: state.size).map(\.change))
        let ids = try await reader.partyIDs(history.origins(of: [party!], until: state.day).map(\.text))
        let reference = KeyFigureReference(kind: try Domain.KeyFigureKind(request.kind, field: "kind"), day: day!)
        let rows = try await reader.keyFigures(
            kind: Int16(request.kind.rawValue), on: day!, parties: Array(ids.values), knownAt: state.size)
        let values = try rows.map { try KeyFigureValue($0, of: reference) }
        let figure = try history.figure(of: party!, on: day!, chargedOn: state.day) { party in
            values.first { $0.party == party }
        }
        guard let figure else {
            throw Failure(
                .missingKeyFigure, "no figure for \(reference.kind.unit) of \(party!) on \(day!) is recorded"
            ).about("party", request.party)
        }
        var response = ResolveKeyFigureResponse()
        (response.value, response.source) = (figure.quantity.units, figure.source)
        response.asOf = state.message
        return response
    }
}

extension PartyName {
    fileprivate init(_ party: String, _ name: String, _ valid: Domain.DateRange) {
        self.init()
        self.party = party
        displayName = name
        self.valid = API.DateRange(valid)
    }
}

extension [Domain.MunicipalChange] {
    /// Refuses a change that does not fit to those that are known: of a party that ends twice, or takes over too late.
    fileprivate func requireFits(_ change: Domain.MunicipalChange) throws {
        do {
            _ = try MunicipalHistory(self + [change])
        } catch let failure {
            throw Failure(.invalidState, "the change does not fit to those that are recorded: \(failure.message)")
                .about("party", "parties/" + change.predecessor.text)
        }
    }
}
