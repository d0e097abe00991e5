internal import API
internal import Domain
internal import Store

/// The publication of a planned release.
extension PublishPlannedRelease: JointChange {
    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        try await context.consortium().state.require(.active, to: "publish a release")
        _ = try await released(context)
    }

    func enact(_ context: ChangeContext) async throws {
        let (application, row) = try await released(context)
        try await context.record(row, of: application) { .releasePublished($0) }
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        _ = try await released(context)
        return [ChangeEffect(subject: release, before: "PLANNED", after: "RELEASED")]
    }

    private func released(_ context: ChangeContext) async throws -> (ReleaseName.Application, ReleaseRow) {
        let (application, row) = try await context.release(release, field: "decision.publish_release.release")
        return (application, try row.published(on: context.today))
    }
}

/// The withdrawal of a release.
extension WithdrawPublishedRelease: JointChange {
    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        try await context.consortium().state.require(.active, .inLiquidation, to: "withdraw a release")
        _ = try await withdrawn(context)
    }

    func enact(_ context: ChangeContext) async throws {
        let (application, row) = try await withdrawn(context)
        try await context.record(row, of: application) { .releaseWithdrawn($0) }
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        let (_, row) = try await context.release(release, field: "decision.withdraw_release.release")
        return [ChangeEffect(subject: release, before: try row.domainState().rawValue, after: "WITHDRAWN")]
    }

    private func withdrawn(_ context: ChangeContext) async throws -> (ReleaseName.Application, ReleaseRow) {
        let (application, row) = try await context.release(release, field: "decision.withdraw_release.release")
        return (application, try row.withdrawn(advisory, field: "decision.withdraw_release.advisory"))
    }
}
