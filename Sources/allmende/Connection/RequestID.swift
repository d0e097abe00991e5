internal import Foundation
internal import SwiftProtobuf
internal import TLS

/// UUIDs for the field request_id.
enum RequestID {
    /// A UUID that nobody has used.
    static func random() -> String { UUID().uuidString.lowercased() }

    /// The UUID of a request's content, the same for equal requests: SHA-256 of the message's name, a zero byte and its
    /// bytes, cut to a UUID of version 8 (RFC 9562, section 5.8).
    static func derived(from request: some Message) throws -> String {
        let hasher = SHA256Hasher()
        hasher.update(Array(type(of: request).protoMessageName.utf8) + [0])
        hasher.update(try request.serializedBytes() as [UInt8])
        var bytes = Array(hasher.finish().prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Hexadecimal.text(bytes)
        var text = ""
        for (index, digit) in hex.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
