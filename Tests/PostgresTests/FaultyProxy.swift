import Glibc
import Synchronization
import TestSupport

/// A proxy between clients on loopback and a server's unix socket that holds data back, cuts and resets connections at
/// random points, as long as it is told to. Threads and blocking sockets: it shares nothing with what is tested.
final class FaultyProxy: Sendable {
    private let listener: Int32
    let port: Int
    /// Path of the server's unix socket.
    private let target: String
    private let name: String
    private let generator: Mutex<SplitMix64>
    private let isFaulty = Mutex(true)
    /// Connections that are open, and whether what the server says on them is swallowed.
    private let clients = Mutex<[Int32: Bool]>([:])
    private let counted = Mutex((open: 0, faults: 0))

    struct Failure: Error {}

    /// - Parameter database: what is to be reached through it.
    init(to database: TestDatabase, seed: UInt64) throws {
        target = "\(database.cluster.directory)/.s.PGSQL.\(database.cluster.port)"
        name = database.name
        generator = Mutex(SplitMix64(seed: seed))
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (descriptor, size) = (listener, length)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(descriptor, address, size) == 0, listen(descriptor, 128) == 0 else { return Int32(-1) }
                return getsockname(descriptor, address, &length)
            }
        }
        guard result == 0 else { throw Failure() }
        port = Int(UInt16(bigEndian: address.sin_port))
        start { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                serve(client)
            }
        }
    }

    /// How to reach the database through the proxy.
    var connection: String { "host=127.0.0.1 port=\(port) user=postgres dbname=\(name) sslmode=disable" }

    /// Connections that are open, and faults that were made.
    var counts: (open: Int, faults: Int) { counted.withLock { $0 } }

    /// Passes everything on from now on.
    func calmDown() { isFaulty.withLock { $0 = false } }

    /// From now on swallows what the server says on the connections that are open; what clients say goes on to it.
    func swallowAnswers() {
        clients.withLock { $0 = $0.mapValues { _ in true } }
    }

    /// Ends the connections whose answers are swallowed.
    func cut() {
        clients.withLock { clients in
            for (client, isMute) in clients where isMute { shutdown(client, Int32(SHUT_RDWR)) }
        }
    }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }

    private func serve(_ client: Int32) {
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard connectUnix(server, target) else {
            Glibc.close(server)
            Glibc.close(client)
            return
        }
        counted.withLock { $0.open += 1 }
        clients.withLock { $0[client] = false }
        let ends = Mutex(2)
        for (source, sink) in [(client, server), (server, client)] {
            start { [self] in
                pump(source, sink, client)
                // Both pumps end; the last one lets go of the descriptors.
                shutdown(source, Int32(SHUT_RDWR))
                shutdown(sink, Int32(SHUT_RDWR))
                let isLast = ends.withLock { ends in
                    ends -= 1
                    return ends == 0
                }
                guard isLast else { return }
                clients.withLock { clients in
                    clients[client] = nil
                    Glibc.close(client)
                }
                Glibc.close(server)
                counted.withLock { $0.open -= 1 }
            }
        }
    }

    private func pump(_ source: Int32, _ sink: Int32, _ client: Int32) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count > 0 else { return }
            if sink == client, clients.withLock({ $0[client] == true }) { continue }
            var length = count
            switch fault() {
            case .none: break
            case .delay(let milliseconds): poll(nil, 0, milliseconds)
            case .cut:
                // Part of it still gets through: messages end anywhere.
                length = generator.withLock { Int.random(in: 0...count, using: &$0) }
                _ = write(sink, &buffer, length)
                return
            case .reset:
                // Closed with data unsent or unread, it resets.
                var option = linger(l_onoff: 1, l_linger: 0)
                setsockopt(client, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
                return
            }
            var offset = 0
            while offset < length {
                let written = buffer.withUnsafeBytes { send(sink, $0.baseAddress! + offset, length - offset, 0x4000) }
                guard written > 0 else { return }
                offset += written
            }
        }
    }

    private enum Fault {
        case none, cut, reset
        case delay(Int32)
    }

    private func fault() -> Fault {
        guard isFaulty.withLock({ $0 }) else { return .none }
        let fault = generator.withLock { generator -> Fault in
            switch Int.random(in: 0..<200, using: &generator) {
            case 0: .cut
            case 1: .reset
            case 2..<12: .delay(Int32.random(in: 1...5, using: &generator))
            default: .none
            }
        }
        if case .none = fault { return fault }
        counted.withLock { $0.faults += 1 }
        return fault
    }

    private func connectUnix(_ descriptor: Int32, _ path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private func start(_ body: @escaping @Sendable () -> Void) {
        final class Work: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body)).toOpaque()
        pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, work)
        pthread_detach(thread)
    }
}
