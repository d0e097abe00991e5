internal import API
internal import Domain
internal import Store

extension CredentialRow {
    init(_ credential: Credential) throws {
        var checks = FieldChecks()
        let code = checks.id(credential.party, in: "parties", field: "credential.party")
        checks.enumeration(credential.role, field: "credential.role")
        try checks.finish()
        self.init(
            digest: try CredentialRow.digest(credential.name, field: "credential.name"), partyCode: code!,
            role: PrincipalRole(rawValue: Int16(credential.role.rawValue))!, isRevoked: false)
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
        revoked = row.isRevoked
    }
}
