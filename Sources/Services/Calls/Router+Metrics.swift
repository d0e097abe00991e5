internal import Domain
public import GRPC
internal import Store

extension Router {
    /// Serves `GET /metrics` to operators; everybody else gets 403.
    public mutating func registerMetrics(_ registry: MetricsRegistry, of backend: Backend) {
        page("/metrics") { call in
            _ = try await backend.authorise(call, as: [.operator])
            return Page(contentType: MetricsRegistry.contentType, body: await registry.render())
        }
    }
}

extension PrincipalCache {
    /// What the access log says of a caller that was looked up: its party and role, neither of which is a person.
    public static func identity(of peer: Peer) -> [(name: String, value: String)] {
        guard let entry = peer.attachment as? Entry else { return [] }
        return [("party", entry.principal.partyCode), ("role", entry.principal.role.name)]
    }
}
