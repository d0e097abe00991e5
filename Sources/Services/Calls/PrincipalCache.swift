internal import Domain
internal import GRPC
internal import Store
internal import Synchronization

/// Who is calling: looked up once per connection and again after something has changed who may see what.
public final class PrincipalCache: Sendable {
    final class Entry: Sendable {
        let epoch: UInt64
        let principal: Principal

        init(epoch: UInt64, principal: Principal) {
            self.epoch = epoch
            self.principal = principal
        }

        /// Whether the principal still stands: no change was heard of, and nothing has begun or ended by itself.
        func holds(in epoch: UInt64) -> Bool {
            guard self.epoch == epoch else { return false }
            guard let expiry = principal.expiry else { return true }
            return Clock.microseconds() < expiry
        }
    }

    private let store: Store
    private let epoch = Atomic<UInt64>(0)

    init(store: Store) {
        self.store = store
    }

    /// Makes every connection look its principal up before its next call.
    public func forget() {
        epoch.wrappingAdd(1, ordering: .sequentiallyConsistent)
    }

    /// The principal of a call's connection.
    ///
    /// - Throws: `Failure(.unknownCertificate)` when the certificate is not registered or was revoked.
    func principal(of call: ServerCall) async throws -> Principal {
        // Read before the look-up: a change that comes in between leaves an entry that is already out of date.
        let now = epoch.load(ordering: .acquiring)
        if let entry = call.peer.attachment as? Entry, entry.holds(in: now) { return entry.principal }
        guard let digest = call.peer.certificateDigest else {
            throw Failure(.unknownCertificate, "the connection has no client certificate; connect with one")
        }
        guard let principal = try await store.principal(certificate: digest) else {
            let hex = Digest32(digest)?.hex ?? ""
            throw Failure(
                .unknownCertificate,
                "the client certificate is not registered or was revoked; ask the operator to register its SHA-256"
            ).with("certificate_sha256", hex)
        }
        call.peer.attachment = Entry(epoch: now, principal: principal)
        return principal
    }
}
