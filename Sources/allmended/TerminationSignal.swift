internal import Dispatch
internal import Foundation

/// Waits for the signals with which services are stopped.
enum TerminationSignal {
    /// Suspends until SIGTERM or SIGINT arrives.
    ///
    /// - Parameter ready: called once the signals are caught.
    /// - Returns: the signal's name.
    static func wait(ready: @escaping @Sendable () -> Void) async -> String {
        let names = [SIGTERM: "SIGTERM", SIGINT: "SIGINT"]
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let sources = names.map { number, name in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(name) }
            source.resume()
            return source
        }
        ready()
        var iterator = stream.makeAsyncIterator()
        let received = await iterator.next() ?? "SIGTERM"
        for source in sources { source.cancel() }
        return received
    }
}
