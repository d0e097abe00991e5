internal import Postgres

/// The UUID with which a caller makes a change safe to repeat (AIP-155).
public struct RequestID: Sendable, Hashable {
    let uuid: SQLUUID

    /// Reads a UUID as RFC 9562 section 4 writes it; nil for anything else.
    public init?(_ text: String) {
        guard let uuid = SQLUUID(text) else { return nil }
        self.uuid = uuid
    }
}
