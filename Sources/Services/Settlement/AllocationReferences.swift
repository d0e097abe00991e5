internal import API
internal import Domain
internal import Store

/// Checks that what the components of a revision name exists, in the caller's own consortium.
struct AllocationReferences {
    let session: Session
    let caller: Participant

    func check(_ revision: AgreementRevision) async throws {
        for (poolIndex, pool) in revision.pools.enumerated() {
            for (index, component) in pool.components.enumerated() {
                let field = "agreement_revision.pools[\(poolIndex)].components[\(index)]"
                switch component.key {
                case .ownership(let key):
                    _ = try await application(key.application, field: field + ".ownership.application")
                case .usage(let key):
                    try await metric(key.metric, field: field + ".usage.metric")
                default: break
                }
            }
        }
    }

    private func application(_ name: String, field: String) async throws -> ApplicationRow {
        let ids = try ResourceName.ids(name, in: ["consortia", "applications"], field: field)
        try caller.require(ids[0], field: field)
        guard let row = try await session.applications(in: caller.consortium).first(where: { $0.code == ids[1] }) else {
            throw Failure.invalid(
                field, "names application \(ids[1]), which does not exist", reason: .unknownApplication)
        }
        return row
    }

    private func metric(_ name: String, field: String) async throws {
        let ids = try ResourceName.ids(name, in: ["consortia", "applications", "metrics"], field: field)
        let row = try await application("consortia/\(ids[0])/applications/\(ids[1])", field: field)
        let metrics = try await session.metrics(of: row.id, in: caller.consortium)
        guard metrics.contains(where: { $0.code == ids[2] }) else {
            throw Failure.invalid(field, "names metric \(ids[2]), which does not exist", reason: .unknownMetric)
        }
    }
}
