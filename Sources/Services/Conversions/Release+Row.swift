internal import API
internal import Domain
internal import Foundation
internal import Register
internal import Store
internal import SwiftProtobuf

extension ReleaseRow {
    /// Reads a release that is planned; every wrong field is named. It is not recorded yet.
    init(planned release: Release) throws {
        var checks = FieldChecks()
        checks.text(release.version, field: "release.version", length: 1...64)
        checks.require(
            release.version.utf8.allSatisfy {
                "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_+".utf8.contains($0)
            },
            "release.version", "may hold letters, digits and . _ + - only")
        _ = checks.value(SPDXExpression.self, release.license, field: "release.license")
        checks.artifacts(release.artifacts, field: "release.artifacts")
        checks.text(release.sourceReference, field: "release.source_reference", length: 0...500)
        if release.hasSbom { checks.sbom(release.sbom, field: "release.sbom") }
        checks.text(release.compatibilityNotes, field: "release.compatibility_notes", length: 0...4000)
        try checks.finish()
        let notes = release.compatibilityNotes.isEmpty ? nil : SaltedText(release.compatibilityNotes)
        self.init(
            version: release.version, state: Int16(API.ReleaseState.planned.rawValue), firstRecorded: -1, content: [],
            notes: notes)
        var stored = release
        stored.state = .planned
        stored.clearReleasedOn()
        stored.advisory = ""
        stored.compatibilityNotesSha256 = Data(notes?.digest ?? [])
        try store(stored)
    }

    /// The release without its notes.
    func release() throws -> Release { try Release(serializedBytes: content) }

    func domainState() throws -> Domain.ReleaseState { try Domain.ReleaseState(number: state) }

    /// The release to be run from a day on. Throws INVALID_STATE, MISSING_FIELD where it has no file.
    func published(on day: Domain.CivilDate) throws -> ReleaseRow {
        if try release().artifacts.isEmpty { throw Failure.missing("release.artifacts") }
        return try moved(to: .released) { $0.releasedOn = API.CivilDate(day) }
    }

    /// The release that must no longer be run.
    func withdrawn(_ advisory: String, field: String) throws -> ReleaseRow {
        var checks = FieldChecks()
        checks.text(advisory, field: field, length: 0...100)
        try checks.finish()
        return try moved(to: .withdrawn) { $0.advisory = advisory }
    }

    func moved(to next: Domain.ReleaseState, _ change: (inout Release) -> Void = { _ in }) throws -> ReleaseRow {
        var state = try domainState()
        try state.transition(to: next)
        var row = self
        row.state = Int16(API.ReleaseState(next).rawValue)
        var release = try release()
        release.state = API.ReleaseState(next)
        change(&release)
        try row.store(release)
        return row
    }

    private mutating func store(_ release: Release) throws {
        var stored = release
        stored.name = ""
        stored.compatibilityNotes = ""
        stored.compatibilityNotesSalt = Data()
        content = try stored.serializedBytes()
    }
}

extension Release {
    init(_ row: ReleaseRow, application: String) throws {
        self = try row.release()
        name = "\(application)/releases/\(row.version)"
        compatibilityNotes = row.notes?.text ?? ""
        compatibilityNotesSalt = Data(row.notes?.salt ?? [])
    }
}

extension FieldChecks {
    fileprivate mutating func artifacts(_ artifacts: [Artifact], field: String) {
        require(artifacts.count <= Limits.artifacts, field, "must name at most \(Limits.artifacts) files")
        var seen: Set<String> = []
        for (index, artifact) in artifacts.enumerated() {
            let path = "\(field)[\(index)]"
            text(artifact.file, field: path + ".file", length: 0...200)
            require(seen.insert(artifact.file).inserted, path + ".file", "is named twice")
            digest(artifact.sha256, field: path + ".sha256")
        }
    }

    fileprivate mutating func sbom(_ sbom: Sbom, field: String) {
        enumeration(sbom.format, field: field + ".format")
        digest(sbom.sha256, field: field + ".sha256")
        require(sbom.componentCount >= 0, field + ".component_count", "must not be negative")
        require(
            sbom.licenses.count <= Limits.sbomLicenses, field + ".licenses",
            "must name at most \(Limits.sbomLicenses) licences")
        var counted: Int64 = 0
        for (index, license) in sbom.licenses.enumerated() {
            text(license.license, field: "\(field).licenses[\(index)].license", length: 0...200)
            require(
                license.components > 0, "\(field).licenses[\(index)].components", "must be greater than zero")
            counted += Int64(license.components)
        }
        require(
            sbom.licenses.isEmpty || counted == Int64(sbom.componentCount), field + ".licenses",
            "must add up to the \(sbom.componentCount) components, not to \(counted)")
    }
}
