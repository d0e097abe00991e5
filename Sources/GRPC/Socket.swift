internal import Glibc
internal import TLS

/// A connected non-blocking stream socket, with TLS on it or in clear text. Owns the descriptor.
final class Socket {
    enum Outcome {
        case bytes(Int)
        case wantsRead
        case wantsWrite
        case closed
        case failed
    }

    let descriptor: Int32
    let tls: TLSConnection?
    private var lastError: Int32 = 0
    private var isOpen = true

    init(descriptor: Int32, tls: TLSConnection?) {
        self.descriptor = descriptor
        self.tls = tls
    }

    deinit { close() }

    /// Takes the TLS handshake as far as it goes; `.bytes(0)` when it is complete or there is none.
    func handshake() -> Outcome {
        guard let tls else { return .bytes(0) }
        return outcome(tls.handshake())
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        if let tls { return outcome(tls.read(into: buffer)) }
        return readRaw(into: buffer)
    }

    /// Reads what lies below TLS, which nobody can read then any more.
    func readRaw(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 { return .bytes(count) }
        return count == 0 ? .closed : systemOutcome(.wantsRead)
    }

    /// Whether reading on may give bytes that no event announces. `count` is what the last read gave.
    func mayHoldMore(after count: Int, of capacity: Int) -> Bool {
        tls?.hasPending ?? (count == capacity)
    }

    /// Whether bytes that it has taken are not with the system yet: the next write, of nothing if need be, sends them.
    var hasUnsent: Bool { tls?.hasUnsent ?? false }

    func write(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        if let tls { return outcome(tls.write(bytes)) }
        let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        return count >= 0 ? .bytes(count) : systemOutcome(.wantsWrite)
    }

    private func outcome(_ step: TLSConnection.Step) -> Outcome {
        switch step {
        case .done(let count): .bytes(count)
        case .wantsRead: .wantsRead
        case .wantsWrite: .wantsWrite
        case .closed: .closed
        case .failed: .failed
        }
    }

    private func systemOutcome(_ blocked: Outcome) -> Outcome {
        lastError = errno
        return lastError == EAGAIN || lastError == EINTR ? blocked : .failed
    }

    /// Why the last operation failed, in words.
    var failureText: String {
        tls?.failure?.message ?? String(cString: strerror(lastError))
    }

    /// Tells the peer that nothing more will come; what it sends can still be read.
    func finishWriting() -> Bool {
        tls?.shutdown()
        return Glibc.shutdown(descriptor, Int32(SHUT_WR)) == 0
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        tls?.shutdown()
        Glibc.close(descriptor)
    }
}
