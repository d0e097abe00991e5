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
        let sources = names.keys.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        ready()
        for await number in stream {
            guard number == SIGHUP else { return names[number] ?? "" }
            await onHangup()
        }
        return ""
    }
}
