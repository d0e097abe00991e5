internal import CNGHTTP2

/// The streams on which a client may still send, to tell frames that are late from frames that break the rules.
///
/// RFC 9113 section 5.1: frames on a stream that the *server* has reset may still be on their way and are passed over;
/// frames on one that the *client* has ended itself are an error. The HTTP/2 library would have to keep every closed
/// stream to tell one from the other, which costs an idle connection more memory than all the rest. The identifiers
/// alone are enough, and only of those streams that the client has not ended.
struct PeerStreams {
    /// How many are remembered; of older ones frames are always taken to be late.
    private let capacity: Int
    /// The highest identifier that the client has used.
    private var highest: Int32 = 0
    /// Not ended by the client, in ascending order.
    private var unended: [Int32] = []
    /// Up to here identifiers have been forgotten.
    private var forgotten: Int32 = 0

    private static let closed = PeerConduct.Verdict.suspect(UInt32(NGHTTP2_STREAM_CLOSED.rawValue))
    private static let malformed = PeerConduct.Verdict.suspect(UInt32(NGHTTP2_PROTOCOL_ERROR.rawValue))

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    mutating func headersBegan(_ stream: Int32, endsStream: Bool) -> PeerConduct.Verdict {
        guard PeerStreams.isClients(stream), stream > highest else {
            let verdict = dataBegan(stream, endsStream: endsStream)
            // A second block of headers is the last (RFC 9113 section 8.1).
            guard verdict == .usual, PeerStreams.isClients(stream), !endsStream else { return verdict }
            return PeerStreams.malformed
        }
        highest = stream
        guard !endsStream else { return .usual }
        if unended.count == capacity { forgotten = unended.removeFirst() }
        unended.append(stream)
        return .usual
    }

    mutating func dataBegan(_ stream: Int32, endsStream: Bool) -> PeerConduct.Verdict {
        guard PeerStreams.isClients(stream), stream <= highest, stream > forgotten else { return .usual }
        guard let index = unended.lastIndex(of: stream) else { return PeerStreams.closed }
        if endsStream { unended.remove(at: index) }
        return .usual
    }

    mutating func resetBegan(_ stream: Int32) {
        if let index = unended.lastIndex(of: stream) { unended.remove(at: index) }
    }

    /// RFC 9113 section 5.1.1: clients use odd identifiers.
    private static func isClients(_ stream: Int32) -> Bool { stream & 1 == 1 }
}
