public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

/// Certificates and what they stand for.
public struct AccessHandler: AccessServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func createCredential(
        _ request: CreateCredentialRequest, _ call: ServerCall
    ) async throws -> CreateCredentialResponse {
        let principal = try await backend.authorise(call, as: [.operator])
        let row = try CredentialRow(request.credential)
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            let partyID = try await session.partyID(row.partyCode, field: "credential.party")
            let head = try await session.head(of: Store.platformRegister)
            try await session.insert(row, partyID: partyID, recordedFrom: head.nextPosition)
            var response = CreateCredentialResponse()
            response.credential = Credential(row)
            try head.append(.credentialCreated(response.credential), to: "platform", by: principal, for: stamp)
            return response
        }
    }

    public func rotateCredential(
        _ request: RotateCredentialRequest, _ call: ServerCall
    ) async throws -> RotateCredentialResponse {
        let principal = try await backend.authorise(call)
        let digest = try CredentialRow.digest(request.name, field: "name")
        let end = try Rotation.end(request)
        let next = try CredentialRow.digest(request.successor, field: "successor")
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            var row = try await session.credential(digest, name: request.name)
            try Rotation.check(row, by: principal, name: request.name)
            let successor = CredentialRow(digest: next, partyCode: row.partyCode, role: row.role)
            let partyID = try await session.partyID(row.partyCode, field: "name")
            let head = try await session.head(of: Store.platformRegister)
            try await session.insert(successor, partyID: partyID, recordedFrom: head.nextPosition)
            row.endsAt = try await session.end(digest, from: end, at: head.nextPosition)
            row.hasEnded = end == nil
            var rotation = CredentialRotated()
            rotation.predecessor = Credential(row)
            rotation.successor = Credential(successor)
            try head.append(.credentialRotated(rotation), to: "platform", by: principal, for: stamp)
            var response = RotateCredentialResponse()
            response.credential = rotation.successor
            response.predecessor = rotation.predecessor
            return response
        }
    }

    public func listCredentials(
        _ request: ListCredentialsRequest, _ call: ServerCall
    ) async throws -> ListCredentialsResponse {
        let principal = try await backend.authorise(call)
        let code = try party(request.parent, for: principal)
        let page = try ListPage(request, call, principal)
        let last = try page.place(count: 1).map { try Digest32($0[0], field: "page_token").bytes } ?? []
        let rows = try await backend.store.reader(principal).credentials(of: code, after: last, limit: page.limit)
        let (shown, next) = page.cut(rows) { [Digest32($0.digest)?.hex ?? ""] }
        var response = ListCredentialsResponse()
        response.credentials = shown.map(Credential.init)
        response.nextPageToken = next
        return response
    }

    public func revokeCredential(
        _ request: RevokeCredentialRequest, _ call: ServerCall
    ) async throws -> RevokeCredentialResponse {
        let principal = try await backend.authorise(call, as: [.operator])
        let digest = try CredentialRow.digest(request.name, field: "name")
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            var row = try await session.credential(digest, name: request.name)
            guard !row.hasEnded else {
                throw Failure(.invalidState, "the credential has ended already").about("credential", request.name)
            }
            let head = try await session.head(of: Store.platformRegister)
            row.endsAt = try await session.end(digest, at: head.nextPosition)
            row.hasEnded = true
            var response = RevokeCredentialResponse()
            response.credential = Credential(row)
            try head.append(.credentialRevoked(response.credential), to: "platform", by: principal, for: stamp)
            return response
        }
    }

    /// The code in the parent of a list; empty for an operator who leaves it out.
    private func party(_ parent: String, for principal: Principal) throws -> String {
        if parent.isEmpty, principal.role == .operator { return "" }
        return try ResourceName.id(parent, in: "parties", field: "parent")
    }
}

// MARK: - Mandates

extension AccessHandler {
    public func createMandate(
        _ request: CreateMandateRequest, _ call: ServerCall
    ) async throws -> CreateMandateResponse {
        let principal = try await backend.authorise(call, as: [.municipality, .operator])
        let row = try MandateRow(request)
        if principal.role != .operator {
            guard row.partyCode == principal.partyCode else {
                throw Failure(.permissionDenied, "a party grants mandates of its own only")
            }
            if let code = row.consortiumCode, principal.consortia[code] == nil {
                throw Failure.unknown("consortium", request.mandate.consortium)
            }
        }
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            let party = try await session.partyID(row.partyCode, field: "parent")
            let holder = try await session.partyID(row.holderCode, field: "mandate.holder")
            let head = try await session.head(of: Store.platformRegister)
            try await session.insert(row, party: party, holder: holder, recordedFrom: head.nextPosition)
            var response = CreateMandateResponse()
            response.mandate = Mandate(row)
            response.registerPosition = try head.append(
                .mandateGranted(response.mandate), to: "platform", by: principal, for: stamp)
            return response
        }
    }

    public func listMandates(_ request: ListMandatesRequest, _ call: ServerCall) async throws -> ListMandatesResponse {
        let principal = try await backend.authorise(call)
        let code = try party(request.parent, for: principal)
        let page = try ListPage(request, call, principal)
        let last = try page.place(count: 2) ?? ["", ""]
        let rows = try await backend.store.reader(principal).mandates(
            of: code, after: (party: last[0], mandate: last[1]), limit: page.limit)
        let (shown, next) = page.cut(rows) { [$0.partyCode, $0.code] }
        var response = ListMandatesResponse()
        response.mandates = shown.map(Mandate.init)
        response.nextPageToken = next
        return response
    }

    public func revokeMandate(
        _ request: RevokeMandateRequest, _ call: ServerCall
    ) async throws -> RevokeMandateResponse {
        let principal = try await backend.authorise(call, as: [.municipality, .operator])
        let ids = try ResourceName.ids(request.name, in: ["parties", "mandates"], field: "name")
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            var row = try await session.mandate(ids[1], of: ids[0], name: request.name)
            guard !row.isRevoked else {
                throw Failure(.invalidState, "the mandate is revoked already").about("mandate", request.name)
            }
            let party = try await session.partyID(row.partyCode, field: "name")
            let head = try await session.head(of: Store.platformRegister)
            try await session.revokeMandate(row.code, of: party, at: head.nextPosition)
            row.isRevoked = true
            var response = RevokeMandateResponse()
            response.mandate = Mandate(row)
            response.registerPosition = try head.append(
                .mandateRevoked(response.mandate), to: "platform", by: principal, for: stamp)
            return response
        }
    }
}

/// The rules for one certificate taking another's place.
private enum Rotation {
    /// The moment the former ends, microseconds since 1970-01-01T00:00:00Z; nil for at once.
    static func end(_ request: RotateCredentialRequest) throws -> Int64? {
        var checks = FieldChecks()
        checks.require(request.successor != request.name, "successor", "must be another credential than name")
        guard request.hasEndTime else {
            try checks.finish()
            return nil
        }
        let now = Clock.microseconds()
        let latest = now + Limits.credentialOverlap * 1_000_000
        let end = request.endTime.microseconds.flatMap { (now...latest).contains($0) ? $0 : nil }
        checks.require(end != nil, "end_time", "must lie ahead, by 90 days at most")
        try checks.finish()
        return end
    }

    /// Only the same party in the same role, or an operator, may do it, and only once.
    static func check(_ row: CredentialRow, by principal: Principal, name: String) throws {
        let isOwn = row.partyCode == principal.partyCode && row.role == principal.role
        guard isOwn || principal.role == .operator else { throw Failure.unknown("credential", name) }
        guard row.endsAt == nil else {
            throw Failure(.invalidState, "the credential has an end already").about("credential", name)
        }
    }
}
