public import Domain
internal import Postgres

/// A caller, found by the SHA-256 of its client certificate in the registry of credentials.
public struct Principal: Sendable {
    /// Surrogate of the party it speaks for.
    public let partyID: Int32
    /// The party's code.
    public let partyCode: String
    /// The capacity it acts in.
    public let role: PrincipalRole
    /// SHA-256 of the certificate, 32 bytes.
    public let credentialDigest: [UInt8]
    /// The consortia it takes part in, by the last part of their resource names.
    public let consortia: [String: Int32]

    /// The first day on which it may take part in other consortia, because an appointment begins or ends; nil for none.
    public let endsOn: CivilDate?

    /// The first statement of every unit: makes the principal known to row-level security for this transaction alone.
    let scope: SQL

    public init(
        partyID: Int32, partyCode: String, role: PrincipalRole, credentialDigest: [UInt8], consortia: [String: Int32],
        endsOn: CivilDate? = nil
    ) {
        self.partyID = partyID
        self.partyCode = partyCode
        self.role = role
        self.credentialDigest = credentialDigest
        self.consortia = consortia
        self.endsOn = endsOn
        let array = "{" + consortia.values.sorted().map(String.init).joined(separator: ",") + "}"
        let party = String(partyID)
        let all = role.seesAllParties ? "on" : "off"
        scope = """
            SELECT set_config('allmende.party', \(party), true), set_config('allmende.role', \(role.setting), true), \
            set_config('allmende.consortia', \(array), true), set_config('allmende.all_parties', \(all), true)
            """
    }

    /// The same principal, which now takes part in one consortium more.
    func joining(_ code: String, _ id: Int32) -> Principal {
        var consortia = consortia
        consortia[code] = id
        return Principal(
            partyID: partyID, partyCode: partyCode, role: role, credentialDigest: credentialDigest,
            consortia: consortia, endsOn: endsOn)
    }
}
