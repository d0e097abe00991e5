public import GRPC
internal import Store

extension Backend {
    /// Looks every caller up again whenever any server has changed who may see what, or may have while this one did not
    /// hear it; and closes the connections of certificates that have ended, with the calls that run on them.
    public func followChangedPrincipals(on server: Server) {
        let (principals, store) = (principals, store)
        store.onChangedPrincipals { change in
            principals.forget()
            switch change {
            case .anything: break
            case .credentialEnded(let digest):
                Task { await server.closeConnections(ofCertificate: digest) }
            case .mayHaveMissed:
                Task { try await Backend.closeConnectionsOfEnded(server, store) }
            }
        }
    }

    /// Closes the connections of certificates that have ended lately, by themselves or unheard.
    static func closeConnectionsOfEnded(_ server: Server, _ store: Store) async throws {
        for digest in try await store.credentialsEnded(within: Limits.credentialMemory) {
            await server.closeConnections(ofCertificate: digest)
        }
    }
}
