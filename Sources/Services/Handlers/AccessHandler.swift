public import API
internal import Domain
public import GRPC
internal import Store

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

    public func listCredentials(
        _ request: ListCredentialsRequest, _ call: ServerCall
    ) async throws -> ListCredentialsResponse {
        let principal = try await backend.authorise(call)
        let code =
            request.parent.isEmpty && principal.role == .operator
            ? "" : try ResourceName.id(request.parent, in: "parties", field: "parent")
        var response = ListCredentialsResponse()
        response.credentials = try await backend.store.reader(principal).credentials(of: code).map(Credential.init)
        return response
    }

    public func revokeCredential(
        _ request: RevokeCredentialRequest, _ call: ServerCall
    ) async throws -> RevokeCredentialResponse {
        let principal = try await backend.authorise(call, as: [.operator])
        let digest = try CredentialRow.digest(request.name, field: "name")
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            var row = try await session.credential(digest, name: request.name)
            guard !row.isRevoked else {
                throw Failure(.invalidState, "the credential is revoked already").about("credential", request.name)
            }
            row.isRevoked = true
            let head = try await session.head(of: Store.platformRegister)
            try await session.revoke(digest, at: head.nextPosition)
            var response = RevokeCredentialResponse()
            response.credential = Credential(row)
            try head.append(.credentialRevoked(response.credential), to: "platform", by: principal, for: stamp)
            return response
        }
    }
}
