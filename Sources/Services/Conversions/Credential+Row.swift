internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

extension CredentialRow {
    init(_ credential: Credential) throws {
        var checks = FieldChecks()
        let code = checks.id(credential.party, in: "parties", field: "credential.party")
        checks.enumeration(credential.role, field: "credential.role")
        try checks.finish()
        self.init(
            digest: try CredentialRow.digest(credential.name, field: "credential.name"), partyCode: code!,
            role: PrincipalRole(rawValue: Int16(credential.role.rawValue))!)
    }

    /// The digest in a name credentials/{sha256}.
    static func digest(_ name: String, field: String) throws -> [UInt8] {
        let text = try ResourceName.id(name, in: "credentials", field: field)
        return try Digest32(text, field: field).bytes
    }
}

extension Credential {
    init(_ row: CredentialRow) {
        self.init()
        name = "credentials/" + (Digest32(row.digest)?.hex ?? "")
        party = "parties/" + row.partyCode
        role = API.Role(rawValue: Int(row.role.rawValue)) ?? .unspecified
        revoked = row.hasEnded
        if let end = row.endsAt { endTime = Google_Protobuf_Timestamp(microseconds: end) }
    }
}

extension Google_Protobuf_Timestamp {
    /// - Parameter microseconds: since 1970-01-01T00:00:00Z.
    init(microseconds: Int64) {
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        // Nanoseconds count forward, also before 1970.
        self.init(seconds: rest < 0 ? seconds - 1 : seconds, nanos: Int32(rest < 0 ? rest + 1_000_000 : rest) * 1000)
    }

    /// Since 1970-01-01T00:00:00Z; nil outside the years 1 to 9999, or where the nanoseconds are no part of a second
    /// (timestamp.proto).
    var microseconds: Int64? {
        guard Instant.range.contains(seconds), (0..<1_000_000_000).contains(nanos) else { return nil }
        return seconds * 1_000_000 + Int64(nanos / 1000)
    }
}
