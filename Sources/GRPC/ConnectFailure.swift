internal import TLS

/// Says in words why a connection did not come about, and what to do.
enum ConnectFailure {
    static func status(_ target: String, _ reason: Status, _ error: TLSError?) -> Status {
        guard let error else { return Status(.unavailable, "cannot connect to \(target): \(reason.message)") }
        return Status(.unavailable, "cannot connect to \(target): \(error.message); \(advice(error.kind))")
    }

    static func refused(_ target: String, _ error: SocketAddress.ConnectError) -> Status {
        Status(
            .unavailable, "cannot connect to \(target): \(error.text); check that the server runs and the port is right"
        )
    }

    static func timedOut(_ target: String) -> Status {
        Status(.unavailable, "cannot connect to \(target): no answer in time; check the address and firewalls")
    }

    private static func advice(_ kind: TLSError.Kind) -> String {
        switch kind {
        case .configuration: "check the certificate, key and authority files"
        case .certificateExpired: "renew the certificate, and check the clocks"
        case .certificateUntrusted: "check that the authority file holds the server's authority"
        case .certificateRevoked: "ask the authority for a new certificate"
        case .revocationUnknown: "give the authority's current revocation list"
        case .nameMismatch: "connect by a name in the server's certificate, or set the server name"
        case .certificateRequired: "set a client certificate and its key"
        case .certificateRefused: "the server does not accept this client's certificate: ask for one from its authority"
        case .noApplicationProtocol: "the port does not serve gRPC (HTTP/2 over ALPN)"
        case .protocolMismatch: "the port does not speak TLS, or no version that both sides allow"
        case .closed, .other: "check that the port serves gRPC over TLS"
        }
    }
}
