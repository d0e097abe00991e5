internal import Domain
internal import Store

/// The etag of a resource (AIP-154): it changes with every entry of the register that changes the resource, since it is
/// made of that entry's position.
enum Etag {
    static func text(_ position: Int64) -> String { "\"\(String(position, radix: 36))\"" }

    /// Throws ETAG_MISMATCH unless the caller gave no etag or the current one.
    static func require(_ given: String, position: Int64, _ type: String, _ name: String) throws {
        guard given.isEmpty || given == text(position) else {
            throw Failure(
                .etagMismatch, "\(name) was changed since you read it; read it again and decide anew"
            ).with("etag", text(position)).about(type, name)
        }
    }
}

extension SettlementRow {
    func require(etag: String, name: String) throws {
        try Etag.require(etag, position: position, "settlement", name)
    }
}
