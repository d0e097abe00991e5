internal import COpenSSL
internal import Glibc

/// TLS on one non-blocking socket. It never waits: each step says what it is waiting for.
///
/// Confined to the thread that uses it; the descriptor stays the caller's and must outlive it.
public final class TLSConnection {
    /// The outcome of one step.
    public enum Step: Sendable, Equatable {
        /// Bytes moved; 0 for a handshake that is complete.
        case done(Int)
        case wantsRead
        case wantsWrite
        /// The peer has closed the connection in order.
        case closed
        /// The connection is lost; `failure` says why.
        case failed
    }

    /// The longest payload of one record (RFC 8446 section 5.1).
    public static let maximumRecord = 16384

    let ssl: OpaquePointer
    private let descriptor: Int32
    let output: TLSOutput
    /// Records that the socket did not take. Until it has, no more are made of what is to be written.
    private var unsent: [UInt8] = []
    private var unsentStart = 0
    private(set) var hasPeerClosed = false
    /// What the connection was made with. It stays in force for it when a newer one replaces it for others.
    public let context: TLSContext
    /// Why the last step failed.
    public private(set) var failure: TLSError?

    /// - Parameters:
    ///   - host: for clients, the name or address that the server's certificate must carry when the configuration names
    ///     none.
    ///   - output: shared by the connections of one thread.
    public init(
        context: TLSContext, descriptor: Int32, host: String? = nil, output: TLSOutput = TLSOutput()
    ) throws {
        guard let ssl = SSL_new(context.pointer) else {
            throw OpenSSLErrors.configuration("cannot create a connection")
        }
        self.ssl = ssl
        self.context = context
        self.descriptor = descriptor
        self.output = output
        guard let bio = SocketBIO.make(for: self) else {
            throw OpenSSLErrors.configuration("cannot create a connection")
        }
        SSL_set_bio(ssl, bio, bio)
        switch context.role {
        case .server: SSL_set_accept_state(ssl)
        case .client:
            SSL_set_connect_state(ssl)
            try expect(context.serverName ?? host)
        }
    }

    deinit { SSL_free(ssl) }

    /// Binds the handshake to a server name (RFC 6125), and sends it (SNI) unless it is an address.
    private func expect(_ name: String?) throws {
        guard let name, !name.isEmpty else {
            throw TLSError(.configuration, "a client needs the server's name to check its certificate")
        }
        if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1 { return }
        ERR_clear_error()
        var text = Array(name.utf8CString)
        SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &text)
        guard SSL_set1_host(ssl, name) == 1 else { throw OpenSSLErrors.configuration("cannot expect the name \(name)") }
    }

    /// Takes the handshake as far as it goes. After `.done` an application protocol has been agreed on, if the
    /// context names any.
    public func handshake() -> Step {
        guard send() else { return blocked }
        ERR_clear_error()
        let code = SSL_do_handshake(ssl)
        let outcome = code == 1 ? agreed() : step(code)
        // An alert tells the peer what went wrong here; it is no matter whether it arrives.
        return send() || outcome == .failed ? outcome : blocked
    }

    private func agreed() -> Step {
        if negotiatedProtocol != nil || !context.requiresApplicationProtocol { return .done(0) }
        failure = TLSError(.noApplicationProtocol, "the peer agreed on no application protocol (ALPN)")
        return .failed
    }

    /// Reads up to one record's payload.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Step {
        ERR_clear_error()
        let code = SSL_read(ssl, buffer.baseAddress, Int32(clamping: buffer.count))
        let outcome = code > 0 ? .done(Int(code)) : step(code)
        // What the peer may ask for by itself is a new key. Who asks for more than it reads is cut off.
        guard output.count == 0 || send() || unsent.count - unsentStart <= TLSConnection.maximumUnsent else {
            failure = failure ?? TLSError(.other, "the peer does not read what it asks for")
            return .failed
        }
        return outcome
    }

    /// Whether bytes are left inside that no event of the descriptor will announce.
    public var hasPending: Bool { SSL_has_pending(ssl) == 1 }

    /// Whether the socket has not taken all yet of what was written.
    public var hasUnsent: Bool { !unsent.isEmpty }

    /// Writes all bytes, in records as large as they can be, or none. What the socket does not take at once is kept,
    /// and goes out first at the next call; that one may come without bytes.
    public func write(_ bytes: UnsafeRawBufferPointer) -> Step {
        guard send() else { return blocked }
        guard bytes.count > 0 else { return .done(0) }
        ERR_clear_error()
        let code = SSL_write(ssl, bytes.baseAddress, Int32(clamping: bytes.count))
        guard code > 0 else { return step(code) }
        return send() || failure == nil ? .done(Int(code)) : .failed
    }

    /// Tells the peer that nothing more will come, as far as that is possible without waiting.
    public func shutdown() {
        guard failure == nil, isEstablished else { return }
        ERR_clear_error()
        SSL_shutdown(ssl)
        ERR_clear_error()
        _ = send()
    }

    // MARK: - The socket

    /// Bytes that may wait for a peer that does not read; one write and its records are less.
    private static let maximumUnsent = 1 << 20

    private var blocked: Step { failure == nil ? .wantsWrite : .failed }

    func receive(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        let received = Glibc.read(descriptor, bytes, count)
        if received == 0 { hasPeerClosed = true }
        return received
    }

    /// Sends what has gathered, behind what the socket did not take before.
    /// - Returns: whether all is sent. When not, the socket has to be waited for, or `failure` says why not.
    func send() -> Bool {
        if unsent.isEmpty {
            guard output.count > 0 else { return true }
            let sent = transmit(output.bytes)
            unsent = Array(output.bytes[sent...])
        } else {
            unsent += output.bytes
            unsentStart += unsent.withUnsafeBytes { transmit(UnsafeRawBufferPointer(rebasing: $0[unsentStart...])) }
            if unsentStart == unsent.count {
                unsent = []
                unsentStart = 0
            }
        }
        output.removeAll()
        return unsent.isEmpty
    }

    /// - Returns: how many bytes the socket took.
    private func transmit(_ bytes: UnsafeRawBufferPointer) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = Glibc.send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                if errno != EAGAIN { failure = failure ?? TLSConnection.cut(by: errno) }
                return sent
            }
        }
        return sent
    }

    private static func cut(by number: Int32) -> TLSError {
        TLSError(.closed, "the connection was cut: " + String(cString: strerror(number)))
    }

    // MARK: - What is known

    /// The protocol agreed on by ALPN, for example "h2".
    public var negotiatedProtocol: String? {
        var start: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &start, &length)
        guard let start, length > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)
    }

    /// The version spoken, for example "TLSv1.3".
    public var version: String { String(cString: SSL_get_version(ssl)) }

    /// Whether the handshake is over.
    public var isEstablished: Bool { SSL_is_init_finished(ssl) == 1 }

    /// Whether the handshake went on from an earlier session, whose certificate then counts as the peer's.
    public var isResumed: Bool { SSL_session_reused(ssl) == 1 }

    /// Reads the peer's certificate; nil when it showed none. Costs a digest: call it once per connection.
    public func peerIdentity() -> PeerIdentity? {
        guard let certificate = SSL_get1_peer_certificate(ssl) else { return nil }
        defer { X509_free(certificate) }
        return PeerIdentity(certificate: certificate)
    }

    private func step(_ code: Int32) -> Step {
        let systemError = errno
        switch SSL_get_error(ssl, code) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL:
            ERR_clear_error()
            failure = TLSConnection.cut(by: systemError)
            return .failed
        default:
            failure = OpenSSLErrors.connection(ssl)
            return .failed
        }
    }
}
