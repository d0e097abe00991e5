internal import Glibc
internal import Synchronization
internal import TLS

/// The TLS files of a server and what was made of them last. A new connection takes what is in force when it comes.
final class ServerTLS: Sendable {
    /// What tells one state of a file from another; links are followed, so that a link that is turned counts too.
    private struct Stamp: Equatable {
        let device: UInt
        let number: UInt
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = status.st_dev
            number = status.st_ino
            size = status.st_size
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    private struct State {
        var context: TLSContext
        var made: ContinuousClock.Instant
        /// The files when they were last read, with or without success.
        var read: [Stamp?]
        /// The files when they were last looked at.
        var seen: [Stamp?]
        var hasToldOfEnd = false
    }

    private let configuration: TLSServerConfiguration
    private let state: Mutex<State>
    /// Only one reads at a time, so that the newest context is the last.
    private let reading = Mutex<Void>(())

    /// With a context go the keys of its session tickets, which are not kept longer than this; and clients whose
    /// certificate has ended on an open connection are noticed.
    static let maximumAge = Duration.seconds(86_400)

    /// Reads the files, which may block.
    init(_ configuration: TLSServerConfiguration) throws {
        self.configuration = configuration
        let stamps = configuration.files.map { Stamp($0) }
        state = Mutex(
            State(context: try TLSContext(configuration), made: .now, read: stamps, seen: stamps))
    }

    /// What is in force.
    var current: TLSContext { state.withLock { $0.context } }

    /// Reads the files anew, which may block. When they are at fault the former context stays in force.
    /// - Throws: `TLSError` that names the file at fault.
    func reload() throws -> TLSContext {
        try reading.withLock { _ in
            let stamps = configuration.files.map { Stamp($0) }
            state.withLock {
                $0.read = stamps
                $0.seen = stamps
            }
            let context = try TLSContext(configuration)
            state.withLock {
                $0.context = context
                $0.made = .now
                $0.hasToldOfEnd = false
            }
            return context
        }
    }

    /// Looks at the files, which may block: whether it is time to read them again. Changes count once they have
    /// rested from one look to the next, because a certificate and its key are written one after the other.
    func isDue() -> Bool {
        let stamps = configuration.files.map { Stamp($0) }
        return state.withLock { state in
            defer { state.seen = stamps }
            return stamps != state.read && stamps == state.seen || .now - state.made >= ServerTLS.maximumAge
        }
    }

    /// Whether the revocation list has passed its end; true once for each context.
    func hasJustEnded() -> Bool {
        state.withLock { state in
            guard let end = state.context.revocationListEnds, end <= time(nil), !state.hasToldOfEnd else {
                return false
            }
            state.hasToldOfEnd = true
            return true
        }
    }
}
