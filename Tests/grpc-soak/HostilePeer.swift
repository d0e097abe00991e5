import Dispatch
import EventLoop
import Glibc
import TLS

/// A client that does one kind of harm over and over, on a thread of its own, because its sockets block.
final class HostilePeer: Sendable {
    enum Attack: String, CaseIterable, Sendable {
        case halfHandshake = "handshakes begun"
        case noise = "noise after the preface"
        case slowHeaders = "headers begun"
        case resets = "floods of resets"
        case pings = "floods of pings"
        case settings = "floods of settings"
        case emptyData = "floods of empty frames"
        case continuations = "floods of continuations"
        case neverReads = "readers that never read"
    }

    private let attack: Attack
    private let target: Target
    private let tally: Tally
    private let queue: DispatchQueue

    init(_ attack: Attack, target: Target, tally: Tally) {
        self.attack = attack
        self.target = target
        self.tally = tally
        queue = DispatchQueue(label: attack.rawValue)
    }

    /// A machine that is too busy for one whole attack until the end gets this much longer.
    private static let grace = UInt64(60_000_000_000)

    /// Strikes until `end`, and until one attack has been taken to its end.
    func start(until end: UInt64) {
        queue.async { [self] in
            var round: UInt8 = 0
            var ended = 0
            while EventLoop.now < end || ended == 0 && EventLoop.now < end + HostilePeer.grace {
                round &+= 1
                guard strike(round) else { continue }
                ended += 1
                tally.count(attack.rawValue)
            }
            if ended == 0 { tally.fail("\(attack.rawValue): the server has ended none") }
        }
    }

    func ended() async {
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }

    /// One connection, up to the server's end of it.
    /// - Returns: whether it came so far.
    private func strike(_ round: UInt8) -> Bool {
        guard let connection = BlockingConnection(port: target.port) else { return false }
        guard attack != .halfHandshake else {
            connection.sendPlain([22, 3, 1, 0])
            return connection.drain()
        }
        guard connection.secure(target.tls) else { return false }
        var bytes = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(4, 0, 0, [])
        bytes += frames(round)
        connection.send(bytes)
        guard attack != .neverReads else {
            connection.waitWithoutReading()
            _ = connection.drain()
            return true
        }
        return connection.drain()
    }

    private func frames(_ round: UInt8) -> [UInt8] {
        switch attack {
        case .halfHandshake: return []
        case .noise: return (0..<500).map { UInt8(truncatingIfNeeded: $0 &* 31) ^ round }
        case .slowHeaders: return frame(1, 0, 1, block("Echo"))
        case .resets:
            return repeated(2000) { index in
                let stream = UInt32(index * 2 + 1)
                return frame(1, 4, stream, block("Stream")) + frame(3, 0, stream, [0, 0, 0, 8])
            }
        case .pings: return repeated(2000) { _ in frame(6, 0, 0, [0, 0, 0, 0, 0, 0, 0, round]) }
        case .settings: return repeated(2000) { _ in frame(4, 0, 0, [0, 4, 0, 0, 0x10, round]) }
        case .emptyData: return frame(1, 4, 1, block("Stream")) + repeated(2000) { _ in frame(0, 0, 1, []) }
        case .continuations: return frame(1, 0, 1, block("Echo")) + repeated(200) { _ in frame(9, 0, 1, []) }
        case .neverReads:
            // A hundred downloads into windows as wide as they go.
            let wide = frame(4, 0, 0, [0, 4, 0x7F, 0xFF, 0xFF, 0xFF]) + frame(8, 0, 0, [0x7F, 0, 0, 0])
            return wide
                + repeated(100) { index in
                    let stream = UInt32(index * 2 + 1)
                    return frame(1, 4, stream, block("Download"))
                        + frame(0, 1, stream, [0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 1, 0, 0])
                }
        }
    }

    private func repeated(_ count: Int, _ make: (Int) -> [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<count { bytes += make(index) }
        return bytes
    }

    private func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for shift in [16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift)) }
        bytes += [type, flags]
        for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: stream >> shift)) }
        return bytes + payload
    }

    /// Every field as a literal without indexing (RFC 7541 section 6.2.2).
    private func block(_ method: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in [
            (":method", "POST"), (":scheme", "https"), (":path", "/allmende.bench.Echo/\(method)"),
            (":authority", "test"), ("te", "trailers"), ("content-type", "application/grpc"),
        ] {
            bytes.append(0)
            for text in [name, value] { bytes += [UInt8(text.utf8.count)] + Array(text.utf8) }
        }
        return bytes
    }
}
