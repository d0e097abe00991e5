internal import Dispatch
internal import Foundation

/// Listens to the signals by which services are told to read their files again and to stop.
enum ProcessSignals {
    private static let names = [SIGHUP: "SIGHUP", SIGTERM: "SIGTERM", SIGINT: "SIGINT"]

    /// Suspends until SIGTERM or SIGINT arrives.
    ///
    /// - Parameter onHangup: called for each SIGHUP, one after the other.
    /// - Parameter ready: called once the signals are caught.
    /// - Returns: the name of the signal that ends the process.
    static func awaitEnd(
        onHangup: @escaping @Sendable () async -> Void, ready: @escaping @Sendable () -> Void
    ) async -> String {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        let (registrations, registered) = AsyncStream.makeStream(of: Void.self)
        let sources = names.keys.map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.setRegistrationHandler { registered.yield() }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        // Another thread registers them, some time later. Until then a signal does what it does by default: ends the
        // process, rather than be lost.
        var count = 0
        for await _ in registrations {
            count += 1
            if count == sources.count { break }
        }
        ready()
        for await number in stream {
            guard number == SIGHUP else { return names[number] ?? "" }
            await onHangup()
        }
        return ""
    }
}
