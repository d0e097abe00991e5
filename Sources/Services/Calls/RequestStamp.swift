internal import Domain
internal import Store
internal import SwiftProtobuf
internal import TLS

/// What makes a change safe to repeat: the caller's UUID and the digest of what it asked for.
struct RequestStamp: Sendable {
    /// The UUID as the caller wrote it.
    let text: String
    let id: RequestID
    /// SHA-256 over the method's path, a zero byte and the serialised request.
    let digest: Digest32

    init(_ text: String, of request: some Message, method: String) throws {
        var bytes = Array(method.utf8) + [0]
        bytes.append(contentsOf: try request.serializedBytes() as [UInt8])
        try self.init(text, digestOf: bytes)
    }

    /// The stamp of what nobody asked for: a look without a change, or what the server does by itself.
    static var none: RequestStamp {
        get throws { try RequestStamp("00000000-0000-0000-0000-000000000000", digestOf: []) }
    }

    init(_ text: String, digestOf bytes: [UInt8]) throws {
        if text.isEmpty { throw Failure.missing("request_id") }
        guard let id = RequestID(text) else {
            throw Failure.invalid("request_id", "must be a UUID such as 6f1c0ba4-2a3c-4d0e-9f52-1f1b6f0f0c11")
        }
        self.text = text
        self.id = id
        digest = try Self.sha256(bytes)
    }

    static func sha256(_ bytes: [UInt8]) throws -> Digest32 {
        guard let digest = Digest32(SHA256.hash(bytes)) else {
            throw Failure(.internal, "a digest is not 32 bytes long")
        }
        return digest
    }
}
