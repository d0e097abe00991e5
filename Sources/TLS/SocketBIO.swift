internal import COpenSSL
internal import Glibc

/// How OpenSSL reaches the socket: it reads by itself, and what it writes gathers until the end of a step.
enum SocketBIO {
    nonisolated(unsafe) private static let method: OpaquePointer? = make()  // read-only after it is made

    private static func make() -> OpaquePointer? {
        let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket of a loop")
        BIO_meth_set_read(method) { bio, bytes, count in
            BIO_clear_flags(bio, SocketBIO.retry | BIO_FLAGS_READ)
            let received = SocketBIO.connection(bio).receive(bytes, Int(count))
            if received < 0, errno == EAGAIN || errno == EINTR { BIO_set_flags(bio, SocketBIO.retry | BIO_FLAGS_READ) }
            return Int32(received)
        }
        BIO_meth_set_write(method) { bio, bytes, count in
            SocketBIO.connection(bio).output.append(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            return count
        }
        BIO_meth_set_ctrl(method) { bio, command, _, _ in
            switch command {
            case BIO_CTRL_FLUSH: SocketBIO.flush(bio)
            case BIO_CTRL_EOF: SocketBIO.connection(bio).hasPeerClosed ? 1 : 0
            default: 0
            }
        }
        return method
    }

    /// The end of one side's turn in a handshake, after which the other one's is read: on a socket that blocks, within
    /// the same step. What does not go out now does so at the end of the step or later.
    private static func flush(_ bio: OpaquePointer?) -> Int {
        _ = SocketBIO.connection(bio).send()
        return 1
    }

    private static let retry = BIO_FLAGS_SHOULD_RETRY

    private static func connection(_ bio: OpaquePointer?) -> TLSConnection {
        Unmanaged<TLSConnection>.fromOpaque(BIO_get_data(bio)).takeUnretainedValue()
    }

    /// The connection must outlive what is made here.
    static func make(for connection: TLSConnection) -> OpaquePointer? {
        guard let bio = BIO_new(method) else { return nil }
        BIO_set_data(bio, Unmanaged.passUnretained(connection).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }
}
