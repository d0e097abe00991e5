internal import Domain
internal import GRPC
public import Store
internal import SwiftProtobuf

/// What all handlers share: the store, the callers' identities and the register's key.
public struct Backend: Sendable {
    let store: Store
    /// Who is calling.
    public let principals: PrincipalCache
    let signer: CheckpointSigner
    let witnesses: Witnesses
    let partitions: UsagePartitions

    public init(store: Store, signer: CheckpointSigner, witnesses: Witnesses = Witnesses()) {
        self.store = store
        self.signer = signer
        self.witnesses = witnesses
        principals = PrincipalCache(store: store)
        partitions = UsagePartitions(store: store)
    }

    /// The caller, when it acts in one of the roles. A call of an auditor is written down first.
    ///
    /// - Parameter code: last part of the name of the consortium that the call names; empty for none.
    func authorise(
        _ call: ServerCall, as roles: Set<PrincipalRole> = Set(PrincipalRole.allCases), in code: String = ""
    ) async throws -> Principal {
        let principal = try await principals.principal(of: call)
        try await logAccess(call, by: principal, to: code)
        guard roles.contains(principal.role) else {
            let names = roles.map(\.name).sorted().joined(separator: " or ")
            throw Failure(.permissionDenied, "a principal of role \(principal.role.name) may not do this; \(names) may")
        }
        return principal
    }

    /// Runs a change once: the first answer to a request_id is kept with the change and given again to every repeat.
    ///
    /// - Parameter validateOnly: whether `body` only looks; then nothing is kept and no request_id is needed.
    func change<Request: Message, Response: Message & Sendable>(
        _ call: ServerCall, _ request: Request, id requestID: String, as principal: Principal,
        validateOnly: Bool = false, _ body: (Session, RequestStamp) async throws -> Response
    ) async throws -> Response {
        if validateOnly { return try await store.write(as: principal) { try await body($0, RequestStamp.none) } }
        let stamp = try RequestStamp(requestID, of: request, method: call.method.path)
        let (response, changedPrincipals) = try await store.write(
            as: principal, within: call.timeLeft
        ) { session in
            if let answer = try await session.firstAnswer(to: stamp.id, digest: stamp.digest) {
                return (try Response(serializedBytes: answer), false)
            }
            let response = try await body(session, stamp)
            try await session.remember(stamp.id, digest: stamp.digest, answer: response.serializedBytes())
            return (response, session.changedPrincipals)
        }
        if changedPrincipals { principals.forget() }
        return response
    }
}

extension PrincipalRole {
    /// The role for people.
    var name: String {
        switch self {
        case .municipality: "municipality"
        case .coordinationOffice: "coordination office"
        case .auditor: "auditor"
        case .operator: "operator"
        }
    }
}
