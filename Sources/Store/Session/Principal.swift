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
    /// The parties it acts for, by code: its own, and in `under` those whose mandate it uses.
    public let parties: [String: Int32]
    /// What other parties let it do for them.
    public let mandates: [HeldMandate]
    /// The first moment at which a look-up may have another result by itself, because its certificate's time is over or
    /// an appointment begins or ends; microseconds since 1970-01-01T00:00:00Z, nil for none.
    public let expiry: Int64?

    /// The first statement of every unit: makes the principal known to row-level security for this transaction alone.
    let scope: SQL

    /// Whether it sees the rows of every party of its consortia.
    private let seesAllParties: Bool

    public init(
        partyID: Int32, partyCode: String, role: PrincipalRole, credentialDigest: [UInt8], consortia: [String: Int32],
        parties: [String: Int32]? = nil, mandates: [HeldMandate] = [], expiry: Int64? = nil
    ) {
        self.init(
            partyID: partyID, partyCode: partyCode, role: role, credentialDigest: credentialDigest,
            consortia: consortia, parties: parties, mandates: mandates, expiry: expiry,
            seesAllParties: role.seesAllParties)
    }

    private init(
        partyID: Int32, partyCode: String, role: PrincipalRole, credentialDigest: [UInt8], consortia: [String: Int32],
        parties: [String: Int32]?, mandates: [HeldMandate], expiry: Int64?, seesAllParties: Bool
    ) {
        self.partyID = partyID
        self.partyCode = partyCode
        self.role = role
        self.credentialDigest = credentialDigest
        self.consortia = consortia
        self.parties = parties ?? [partyCode: partyID]
        self.mandates = mandates
        self.expiry = expiry
        self.seesAllParties = seesAllParties
        let party = String(partyID)
        let all = seesAllParties ? "on" : "off"
        scope = """
            SELECT set_config('allmende.party', \(party), true), set_config('allmende.role', \(role.setting), true), \
            set_config('allmende.consortia', \(Principal.array(consortia)), true), \
            set_config('allmende.parties', \(Principal.array(self.parties)), true), \
            set_config('allmende.all_parties', \(all), true)
            """
    }

    private static func array(_ ids: [String: Int32]) -> String {
        "{" + ids.values.sorted().map(String.init).joined(separator: ",") + "}"
    }

    private func with(consortia: [String: Int32], parties: [String: Int32]) -> Principal {
        Principal(
            partyID: partyID, partyCode: partyCode, role: role, credentialDigest: credentialDigest,
            consortia: consortia, parties: parties, mandates: mandates, expiry: expiry, seesAllParties: seesAllParties)
    }

    /// The same principal for a read of one consortium whose rows of other parties leave the server as hashes alone:
    /// row-level security lets them through. Use it for nothing else.
    public func hashingOthers(in consortium: String) -> Principal {
        Principal(
            partyID: partyID, partyCode: partyCode, role: role, credentialDigest: credentialDigest,
            consortia: consortia.filter { $0.key == consortium }, parties: parties, mandates: mandates, expiry: expiry,
            seesAllParties: true)
    }

    /// The same principal, which now takes part in one consortium more.
    func joining(_ code: String, _ id: Int32) -> Principal {
        with(consortia: consortia.merging([code: id]) { $1 }, parties: parties)
    }

    /// The same principal with the mandates it holds for a purpose on a day: `parties` are those it may act for,
    /// `consortia` also those in which it may. Use it for the calls that the purpose is about and for no others, since
    /// row-level security then lets the rows of these parties through.
    ///
    /// - Parameter consortium: only mandates that hold in this one count; nil for acts that are in no consortium.
    public func under(_ purpose: HeldMandate.Purpose, in consortium: String? = nil, on day: CivilDate) -> Principal {
        let used = mandates.filter { mandate in
            mandate.purpose == purpose && mandate.valid.contains(day)
                && (consortium == nil || mandate.consortium?.code == consortium)
        }
        guard !used.isEmpty else { return self }
        var (consortia, parties) = (consortia, parties)
        for mandate in used {
            parties[mandate.partyCode] = mandate.partyID
            if let consortium = mandate.consortium { consortia[consortium.code] = consortium.id }
        }
        return with(consortia: consortia, parties: parties)
    }
}
