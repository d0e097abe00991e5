internal import API
internal import Domain
internal import Store

/// Checks that the rules of a revision can be read, and that what they name exists in the caller's own consortium.
struct AllocationReferences {
    let session: Session
    let caller: Participant

    func check(_ revision: AgreementRevision) async throws {
        let consortium = try await session.consortium(caller.consortium, name: caller.name)
        let members = Set(consortium.members.map(\.partyCode))
        for (poolIndex, pool) in revision.pools.enumerated() {
            let path = "agreement_revision.pools[\(poolIndex)]"
            let rule = try PoolRule(pool, field: path, currency: consortium.currency).rule
            if let stranger = rule.parties.filter({ !members.contains($0.text) }).min() {
                throw Failure.invalid(path, "names \(stranger), which is no member", reason: .notAMember)
                    .with("party", stranger.text)
            }
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
