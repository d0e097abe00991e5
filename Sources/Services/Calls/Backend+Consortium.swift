internal import Domain
internal import GRPC
internal import Store

/// A caller in one of its consortia.
struct Participant: Sendable {
    let principal: Principal
    /// Surrogate of the consortium, which is also the number of its register.
    let consortium: Int32
    /// Last part of the consortium's resource name.
    let code: String

    /// Resource name of the consortium, which is also the name of its register.
    var name: String { "consortia/" + code }

    /// Its register.
    var register: RegisterReference { RegisterReference(id: consortium, name: name) }
}

extension Backend {
    /// The caller in a consortium. One that it does not take part in looks to it like one that does not exist.
    func participant(
        _ call: ServerCall, in code: String,
        as roles: Set<PrincipalRole> = [.municipality, .coordinationOffice, .auditor]
    ) async throws -> Participant {
        let principal = try await authorise(call, as: roles, in: code)
        guard let consortium = principal.consortia[code] else {
            throw Failure.unknown("consortium", "consortia/" + code)
        }
        return Participant(principal: principal, consortium: consortium, code: code)
    }
}

extension Set<PrincipalRole> {
    /// Those who act in a consortium; auditors only read.
    static let actors: Set<PrincipalRole> = [.municipality, .coordinationOffice]
}
