internal import API
internal import Domain
internal import Foundation
internal import Store

/// consortia/{consortium}/applications/{application}/releases/{version}, taken apart.
struct ReleaseName {
    /// An application with its name and its surrogate.
    struct Application: Sendable {
        let id: Int32
        let name: String
    }

    let consortium: String
    let application: String
    let version: String

    init(_ name: String, field: String) throws {
        let ids = try ResourceName.ids(name, in: ["consortia", "applications", "releases"], field: field)
        (consortium, application, version) = (ids[0], ids[1], ids[2])
    }
}

extension ChangeContext {
    /// A release of the consortium as it stands.
    func release(_ name: String, field: String) async throws -> (ReleaseName.Application, ReleaseRow) {
        let parts = try ReleaseName(name, field: field)
        try caller.require(parts.consortium, field: field)
        let parent = "\(caller.name)/applications/\(parts.application)"
        let application = try await application(parts.application, name: parent)
        guard let row = try await session.release(parts.version, of: application.id, in: caller.consortium) else {
            throw Failure.unknown("release", name)
        }
        return (application, row)
    }

    /// An application of the consortium.
    func application(_ code: String, name: String) async throws -> ReleaseName.Application {
        let row = try await session.application(code, in: caller.consortium, name: name)
        return ReleaseName.Application(id: row.id, name: name)
    }

    /// Records a release or its next state.
    @discardableResult
    func record(
        _ row: ReleaseRow, of application: ReleaseName.Application,
        _ entry: (Release) -> RegisterEntry.OneOf_Change
    ) async throws -> (release: Release, position: Int64) {
        let position = try await nextPosition()
        var row = row
        if row.firstRecorded < 0 { row.firstRecorded = position }
        try await session.record(row, of: application.id, in: caller.consortium, at: position)
        let stored = try Release(row, application: application.name)
        var recorded = stored
        // Free text stays out of the register, which has its digest.
        recorded.compatibilityNotes = ""
        recorded.compatibilityNotesSalt = Data()
        return (stored, try await append(entry(recorded)))
    }

    /// Refuses what the charter leaves to a ballot.
    func requireOfficeMay(_ allowed: Bool, _ what: String) throws {
        guard allowed else {
            throw Failure(
                .decisionRequired, "the charter of \(caller.name) wants a decision to \(what); open one"
            ).about("consortium", caller.name)
        }
    }
}
