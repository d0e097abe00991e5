internal import ArgumentParser
internal import EventLoop
internal import Logging

/// The server: composition root of everything below.
@main
struct Allmended: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allmended",
        abstract: "Serves Allmende over gRPC with mutual TLS.",
        discussion: """
            Every option can also be given in the environment, as ALLMENDE_ and its name in capitals with underscores, \
            for example ALLMENDE_PRIVATE_KEY. Without --database, libpq's own environment (PGHOST, PGSERVICE, …) counts.
            """, version: Telemetry.version)

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let level: Logger.Level = options.verbose ? .debug : .info
        let logger = Logger(label: "allmended") { label in
            var handler = StreamLogHandler.standardError(label: label, metadataProvider: Telemetry.traces)
            handler.logLevel = level
            return handler
        }
        let group = EventLoopGroup(count: options.loops > 0 ? options.loops : EventLoopGroup.coreCount)
        let house = try await House.start(options: options, group: group, logger: logger)
        let signal = await ProcessSignals.awaitEnd(onHangup: { await house.reloadCertificates() }) {
            // Only said once signals are heard, so that who waits for this line can stop the server cleanly.
            logger.info("ready", metadata: ["host": "\(options.host)", "port": "\(house.port)"])
        }
        logger.info("shutting down", metadata: ["signal": "\(signal)"])
        await house.shutdown(grace: .seconds(options.grace))
    }
}
