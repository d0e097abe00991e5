public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

/// What another agreement would mean.
extension AgreementHandler {
    public func diffAgreementRevisions(
        _ request: DiffAgreementRevisionsRequest, _ call: ServerCall
    ) async throws -> DiffAgreementRevisionsResponse {
        let old = try AgreementRevisionName(request.oldRevision, field: "old_revision")
        let new = try AgreementRevisionName(request.newRevision, field: "new_revision")
        let caller = try await backend.participant(call, in: old.consortium)
        try caller.require(new.consortium, field: "new_revision")
        let reader = backend.store.reader(caller.principal)
        let consortium = try await reader.consortium(caller.consortium, name: caller.name)
        func revision(_ name: AgreementRevisionName, _ text: String) async throws -> AgreementRevision {
            try AgreementRevision(
                serializedBytes: try await reader.agreementRevisionContent(
                    name.revision, of: name.agreement, in: caller.consortium, name: text))
        }
        let diff = RevisionDiff(
            old: try await revision(old, request.oldRevision), new: try await revision(new, request.newRevision),
            currency: consortium.currency)
        var response = DiffAgreementRevisionsResponse()
        response.changes = try diff.changes
        return response
    }

    public func simulateAgreement(
        _ request: SimulateAgreementRequest, _ call: ServerCall
    ) async throws -> SimulateAgreementResponse {
        var checks = FieldChecks()
        let ids = checks.ids(request.parent, in: ["consortia", "agreements"], field: "parent")
        let period = checks.range(request.period, isSet: request.hasPeriod, needsEnd: true, field: "period")
        checks.require(
            (1...Limits.simulatedAlternatives).contains(request.alternatives.count), "alternatives",
            "must be 1 to \(Limits.simulatedAlternatives)")
        try checks.finish()
        // Usage of every party goes into it, so only those who see it all may ask.
        let caller = try await backend.participant(call, in: ids![0], as: [.coordinationOffice, .auditor])
        let reader = backend.store.reportReader(caller.principal)
        let joining = request.alternatives.flatMap(\.joining).compactMap {
            $0.split(separator: "/").last.map(String.init)
        }
        let simulation = try await Simulation(
            ids![1], over: period!, caller: caller, reader: reader, joining: joining)
        let base = try await simulation.scene(over: period!)
        var scenes: [Simulation.Scene] = []
        for (index, alternative) in request.alternatives.enumerated() {
            scenes.append(try await simulation.scene(alternative, from: base, field: "alternatives[\(index)]"))
        }
        let before = try await simulation.allocations(base)
        let currency = try await reader.consortium(caller.consortium, name: caller.name).currency
        var response = SimulateAgreementResponse()
        response.agreementRevision = base.revision.name
        for (alternative, scene) in zip(request.alternatives, scenes) {
            do {
                let day = Domain.CivilDate(year: scene.period.start.year - 1, month: 12, day: 31)
                let inhabitants = try await simulation.figures(
                    KeyFigureReference(kind: .inhabitants, day: day ?? scene.period.start), scene)
                response.outcomes.append(
                    try SimulatedOutcome(
                        alternative.label, before: before, after: try await simulation.allocations(scene),
                        inhabitants: inhabitants, cases: try await simulation.cases(scene), currency: currency))
            } catch let failure as Failure where StatusMapping.code(failure.reason) != .unavailable {
                // One alternative that cannot be leaves the others as they are.
                var outcome = SimulatedOutcome()
                outcome.label = alternative.label
                outcome.obstacle = failure.message
                response.outcomes.append(outcome)
            }
        }
        return response
    }
}
