internal import API
internal import Domain
public import Store

/// The first step of an installation: an operator, without whom nobody could register anybody.
public struct Bootstrap: Sendable {
    private let store: Store

    /// - Parameter store: on a connection of the database's owner, since no principal exists yet.
    public init(store: Store) {
        self.store = store
    }

    /// Registers the operator's party and certificate, each with its entry in the platform's register. Done before, it
    /// does nothing.
    ///
    /// - Parameters:
    ///   - code: the party's code.
    ///   - displayName: the party's name.
    ///   - digest: SHA-256 of the certificate's DER form, 32 bytes.
    /// - Returns: whether anything was registered.
    public func registerOperator(code: String, displayName: String, certificate digest: [UInt8]) async throws -> Bool {
        if try await store.principal(certificate: digest) != nil { return false }
        let code = try PartyCode(code, field: "party").text
        let party = PartyRow(
            code: code, kind: Int16(PartyKind.publicInstitution.rawValue), displayName: displayName, ags: nil, ars: nil)
        let credential = CredentialRow(digest: digest, partyCode: code, role: .operator)
        let founder = Principal(partyID: 0, partyCode: code, role: .operator, credentialDigest: digest, consortia: [:])
        let stamp = try RequestStamp.none
        try await store.write(as: founder) { session in
            let head = try await session.head(of: Store.platformRegister)
            if try await session.partyIDs([code])[code] == nil {
                try await session.insert(party, recordedFrom: head.nextPosition)
                try head.append(.partyCreated(Party(party)), to: "platform", by: founder, for: stamp)
            }
            let id = try await session.partyID(code, field: "party")
            try await session.insert(credential, partyID: id, recordedFrom: head.nextPosition)
            try head.append(.credentialCreated(Credential(credential)), to: "platform", by: founder, for: stamp)
        }
        return true
    }
}
