public import GRPC
public import Logging
internal import Store

extension Backend {
    /// Looks every caller up again whenever any server has changed who may see what, or may have while this one did not
    /// hear it; and closes the connections of certificates that have ended, with the calls that run on them.
    public func followChangedPrincipals(on server: Server, logger: Logger) {
        let (principals, store) = (principals, store)
        store.onChangedPrincipals { change in
            principals.forget()
            switch change {
            case .anything: break
            case .credentialEnded(let digest):
                Task { await Backend.closeConnections(of: digest, on: server, logger, cause: "heard") }
            case .mayHaveMissed:
                Task { try await Backend.closeConnectionsOfEnded(server, store, logger) }
            }
        }
    }

    /// Closes the connections of certificates that have ended lately, by themselves or unheard.
    static func closeConnectionsOfEnded(_ server: Server, _ store: Store, _ logger: Logger) async throws {
        for digest in try await store.credentialsEnded(within: Limits.credentialMemory) {
            await closeConnections(of: digest, on: server, logger, cause: "found")
        }
    }

    /// - Parameter cause: whether the server has heard of the end or found it.
    private static func closeConnections(
        of digest: [UInt8], on server: Server, _ logger: Logger, cause: String
    ) async {
        let count = await server.closeConnections(ofCertificate: digest)
        guard count > 0 else { return }
        logger.notice(
            "connections closed whose credential has ended", metadata: ["count": "\(count)", "cause": "\(cause)"])
    }
}
