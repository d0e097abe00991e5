public import API
internal import Domain
public import GRPC
internal import Store

/// Parties and their key figures.
public struct MunicipalityHandler: MunicipalityServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func createParty(_ request: CreatePartyRequest, _ call: ServerCall) async throws -> CreatePartyResponse {
        let principal = try await backend.authorise(call, as: [.operator, .coordinationOffice])
        let row = try PartyRow(request)
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            let head = try await session.head(of: Store.platformRegister)
            try await session.insert(row, recordedFrom: head.nextPosition)
            var response = CreatePartyResponse()
            response.party = Party(row)
            response.registerPosition = try head.append(
                .partyCreated(response.party), to: "platform", by: principal, for: stamp)
            return response
        }
    }

    public func getParty(_ request: GetPartyRequest, _ call: ServerCall) async throws -> GetPartyResponse {
        let principal = try await backend.authorise(call)
        let code = try ResourceName.id(request.name, in: "parties", field: "name")
        var response = GetPartyResponse()
        let reader = backend.store.reader(principal)
        let state = try await reader.resolve(request.asOf, .platform)
        response.party = Party(try await reader.party(code, on: state.day, knownAt: state.size))
        let changes = try await reader.municipalChanges(ending: [code], knownAt: state.size)
        note(successors: changes, in: &response.party)
        response.asOf = state.message
        return response
    }

    public func listParties(_ request: ListPartiesRequest, _ call: ServerCall) async throws -> ListPartiesResponse {
        let principal = try await backend.authorise(call)
        let page = try ListPage(request, call, principal)
        let reader = backend.store.reader(principal)
        let state = try await reader.resolve(request.asOf, .platform)
        let rows = try await reader.parties(
            after: page.place(count: 1)?[0] ?? "", on: state.day, knownAt: state.size, limit: page.limit)
        let (shown, next) = page.cut(rows) { [$0.code] }
        let changes = try await reader.municipalChanges(ending: shown.map(\.code), knownAt: state.size)
        var response = ListPartiesResponse()
        response.asOf = state.message
        response.parties = shown.map(Party.init)
        for index in response.parties.indices { note(successors: changes, in: &response.parties[index]) }
        response.nextPageToken = next
        return response
    }

    public func recordKeyFigure(
        _ request: RecordKeyFigureRequest, _ call: ServerCall
    ) async throws -> RecordKeyFigureResponse {
        let principal = try await backend.authorise(call, as: [.municipality, .operator, .coordinationOffice])
            .under(.recordKeyFigures, on: Clock.today())
        let row = try KeyFigureRow(request)
        guard principal.role != .municipality || principal.parties[row.partyCode] != nil else {
            throw Failure(
                .permissionDenied,
                "a municipality records its own key figures, and those of parties whose mandate it has")
        }
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            let partyID = try await session.partyID(row.partyCode, field: "key_figure.party")
            let head = try await session.head(of: Store.platformRegister)
            try await requireFollows(row, partyID, session)
            try await session.record(row, partyID: partyID, recordedFrom: head.nextPosition)
            var response = RecordKeyFigureResponse()
            response.keyFigure = KeyFigure(row)
            response.registerPosition = try head.append(
                .keyFigureRecorded(response.keyFigure), to: "platform", by: principal, for: stamp)
            return response
        }
    }

    /// A final figure never becomes provisional again, and who corrects one says so.
    private func requireFollows(_ row: KeyFigureRow, _ partyID: Int32, _ session: Session) async throws {
        let current = try await session.keyFigures(
            kind: row.kind, on: row.referenceDate, parties: [partyID], knownAt: .max)
        guard let current = current.first else { return }
        func status(_ row: KeyFigureRow) -> KeyFigureValue.Status {
            KeyFigureValue.Status(API.KeyFigureStatus(rawValue: Int(row.status)) ?? .unspecified)
        }
        let (before, after) = (status(current), status(row))
        guard !after.mayFollow(before) else { return }
        let next = before == .provisional ? "PROVISIONAL or FINAL" : "REVISED"
        throw Failure(
            .invalidState,
            "the figure of \(row.partyCode) on \(row.referenceDate) is \(before.rawValue); the next one must be "
                + "\(next), not \(after.rawValue)"
        ).about("party", "parties/" + row.partyCode)
    }

    private func note(successors changes: [MunicipalChangeRow], in party: inout Party) {
        guard let row = changes.first(where: { "parties/" + $0.change.predecessor.text == party.name }) else { return }
        party.dissolvedOn = API.CivilDate(row.change.day)
        party.successors = row.change.successors.map(Successor.init)
    }

    public func listKeyFigures(
        _ request: ListKeyFiguresRequest, _ call: ServerCall
    ) async throws -> ListKeyFiguresResponse {
        let principal = try await backend.authorise(call)
        let code = try ResourceName.id(request.parent, in: "parties", field: "parent")
        let reader = backend.store.reader(principal)
        let state = try await reader.resolve(request.asOf, .platform)
        let page = try ListPage(request, call, principal)
        let last = try page.place(count: 2).map {
            (date: try Domain.CivilDate($0[0], field: "page_token"), kind: Int16($0[1]) ?? 0)
        }
        let rows = try await reader.keyFigures(of: code, knownAt: state.size, after: last, limit: page.limit)
        var response = ListKeyFiguresResponse()
        let (shown, next) = page.cut(rows) { [$0.referenceDate.description, String($0.kind)] }
        response.nextPageToken = next
        response.keyFigures = shown.map(KeyFigure.init)
        response.asOf = state.message
        return response
    }
}
