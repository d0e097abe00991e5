internal import API
internal import Domain
internal import Foundation
internal import Store

extension Ownership {
    init(_ row: OwnershipRow, application: String) {
        self.init()
        self.application = application
        shares = row.shares.map { OwnershipShare(party: $0.party, share: $0.share) }
        valid.start = API.CivilDate(row.validFrom)
        if let end = row.validUntil { valid.end = API.CivilDate(end) }
        registerPosition = row.recordedFrom
    }
}

extension OwnershipShare {
    init(party code: String, share fraction: Domain.Fraction) {
        self.init()
        party = "parties/" + code
        share = API.Fraction(fraction)
    }
}

extension ReleaseRow {
    init(_ release: Release) throws {
        var checks = FieldChecks()
        let allowed = release.version.utf8.allSatisfy { byte in
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || ".-_+".utf8.contains(byte)
        }
        checks.text(release.version, field: "release.version", length: 1...64)
        checks.require(allowed, "release.version", "may hold letters, digits and . _ + - only")
        checks.text(release.license, field: "release.license", length: 1...200)
        checks.digest(release.artifactSha256, field: "release.artifact_sha256")
        try checks.finish()
        self.init(
            version: release.version, license: release.license, artifactDigest: Array(release.artifactSha256))
    }
}

extension Release {
    init(_ row: ReleaseRow, application: String) {
        self.init()
        name = "\(application)/releases/\(row.version)"
        version = row.version
        license = row.license
        artifactSha256 = .init(row.artifactDigest)
    }
}
