public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

/// Signed histories.
public struct RegisterHandler: RegisterServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func getCheckpoint(_ request: GetCheckpointRequest, _ call: ServerCall) async throws -> GetCheckpointResponse
    {
        let (principal, register) = try await register(request.register, call)
        let size = try await backend.store.reader(principal).registerSize(register)
        var response = GetCheckpointResponse()
        response.checkpoint = try await backend.checkpoint(
            of: register, name: request.register, size: size, as: principal)
        response.size = size
        return response
    }

    public func listEntries(_ request: ListEntriesRequest, _ call: ServerCall) async throws -> ListEntriesResponse {
        let (principal, register) = try await register(request.register, call)
        guard register == Store.platformRegister || principal.role.seesAllParties else {
            throw Failure(
                .permissionDenied, "entries speak of every member; the coordination office and auditors may read them")
        }
        guard request.start >= 0 else { throw Failure.invalid("start", "must not be negative") }
        let limit = try Limits.pageSize(request.pageSize)
        let reader = backend.store.reader(principal)
        var response = ListEntriesResponse()
        response.entries = try await reader.registerEntries(register, from: request.start, limit: limit)
            .map { try RegisterEntry(serializedBytes: $0) }
        response.size = try await reader.registerSize(register)
        return response
    }

    /// The caller and the number of a register it may see.
    private func register(_ name: String, _ call: ServerCall) async throws -> (Principal, Int32) {
        if name == "platform" { return (try await backend.authorise(call), Store.platformRegister) }
        let code = try ResourceName.id(name, in: "consortia", field: "register")
        let caller = try await backend.participant(call, in: code)
        return (caller.principal, caller.consortium)
    }
}
