internal import Glibc

/// Addresses of TCP sockets: resolving, listening, and naming them.
enum SocketAddress {
    /// One address a name stands for.
    struct Resolved: Sendable {
        let family: Int32
        let bytes: [UInt8]

        /// Whether it can be reached from this machine alone (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3).
        var isLoopback: Bool {
            switch family {
            case AF_INET: bytes.count >= 8 && bytes[4] == 127
            case AF_INET6: bytes.count >= 24 && bytes[8..<23].allSatisfy { $0 == 0 } && bytes[23] == 1
            default: false
            }
        }
    }

    /// Asks the system's resolver, which blocks: never on a loop.
    /// - Throws: `Status` of code `.unavailable` that names the host.
    static func resolve(host: String, port: Int, forListening: Bool) throws(Status) -> [Resolved] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV | (forListening ? AI_PASSIVE : 0)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0 else {
            throw Status(
                .unavailable,
                "the name \(host) cannot be resolved: \(String(cString: gai_strerror(code))); check host and DNS")
        }
        var found: [Resolved] = []
        var next = list
        while let entry = next {
            let bytes = UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen))
            found.append(Resolved(family: entry.pointee.ai_family, bytes: Array(bytes)))
            next = entry.pointee.ai_next
        }
        return found
    }

    private static let socketType =
        Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

    /// A listening socket.
    /// - Throws: `Status` of code `.unavailable` with the system's reason.
    static func listen(_ address: Resolved, backlog: Int32) throws(Status) -> (descriptor: Int32, port: Int) {
        let descriptor = socket(address.family, socketType, 0)
        var one: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        if descriptor >= 0 { setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, size) }
        let code = address.bytes.withUnsafeBytes { bytes in
            bind(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        guard descriptor >= 0, code == 0, Glibc.listen(descriptor, backlog) == 0 else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw Status(.unavailable, "cannot listen: \(reason)")
        }
        return (descriptor, localPort(descriptor))
    }

    /// Begins to connect a non-blocking socket.
    /// - Returns: the descriptor, or the system's error number.
    static func connect(_ address: Resolved) -> Result<Int32, ConnectError> {
        let descriptor = socket(address.family, socketType, 0)
        guard descriptor >= 0 else { return .failure(ConnectError(number: errno)) }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let code = address.bytes.withUnsafeBytes { bytes in
            Glibc.connect(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        guard code == 0 || errno == EINPROGRESS else {
            let number = errno
            close(descriptor)
            return .failure(ConnectError(number: number))
        }
        return .success(descriptor)
    }

    /// How long data may wait to be confirmed by the other side's system before the connection counts as lost.
    static func limitSilence(_ descriptor: Int32, _ time: Duration) {
        let (seconds, attoseconds) = time.components
        var milliseconds = UInt32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, socklen_t(MemoryLayout<UInt32>.size))
    }

    struct ConnectError: Error, Equatable {
        let number: Int32
        var text: String { String(cString: strerror(number)) }
    }

    /// The result of a connection attempt once the socket is writable; 0 when it went well.
    static func pendingError(_ descriptor: Int32) -> Int32 {
        var number: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &length) == 0 ? number : errno
    }

    private static func localPort(_ descriptor: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            guard getsockname(descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length) == 0
            else { return 0 }
            // The port lies at the same place in both families' addresses, big-endian.
            return Int(bytes[2]) << 8 | Int(bytes[3])
        }
    }

    /// "127.0.0.1:443" or "[::1]:443".
    static func text(_ storage: inout sockaddr_storage, _ length: socklen_t) -> String {
        let family = Int32(storage.ss_family)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let address = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            let code = getnameinfo(address, length, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
            guard code == 0 else { return "unknown" }
            let text = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let port = Int(bytes[2]) << 8 | Int(bytes[3])
            return family == AF_INET6 ? "[\(text)]:\(port)" : "\(text):\(port)"
        }
    }
}
