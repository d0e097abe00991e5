internal import EventLoop
internal import GRPC
internal import Glibc
internal import Logging
internal import Services

/// What the server tells about itself: metrics, and a line on each call.
struct Telemetry {
    /// The version of this program.
    static let version = "0.1.0"

    /// Puts the trace of the call at hand into every log line.
    static let traces = Logger.MetadataProvider {
        guard let trace = TraceContext.current else { return [:] }
        return ["trace": "\(trace.traceID)"]
    }

    let registry = MetricsRegistry()
    let accessLog: AccessLog?
    private let listener: MetricsListener?
    private let logger: Logger
    private let metricsHost: String

    /// - Throws: `TelemetryError` when the access log cannot be opened.
    init(options: ServerOptions, group: EventLoopGroup, logger: Logger) throws {
        self.logger = logger
        metricsHost = options.metricsHost
        accessLog = try Telemetry.open(options.accessLog).map {
            AccessLog(descriptor: $0, group: group, identify: PrincipalCache.identity)
        }
        let registry = registry
        listener = options.scraperPort.map {
            MetricsListener(host: options.metricsHost, port: $0, registry: registry, loop: group.loops[0])
        }
        registry.add { text in
            text.family("allmende_build", .info, help: "Which build this is.")
            text.sample(.count(1), [.init("version", Telemetry.version), .init("nghttp2", Server.http2Version)])
        }
        ProcessMetrics.register(in: registry)
        accessLog?.register(in: registry)
    }

    private static func open(_ path: String) throws -> Int32? {
        if path.isEmpty { return nil }
        if path == "-" { return STDOUT_FILENO }
        let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw TelemetryError(path: path, reason: String(cString: strerror(errno)))
        }
        return descriptor
    }

    /// Begins to serve scrapers, if that is asked for.
    func start() async throws {
        guard let listener else { return }
        let port = try await listener.start()
        logger.info("metrics are served in plain HTTP", metadata: ["host": "\(metricsHost)", "port": "\(port)"])
    }

    /// Writes the last lines; called when no call can end any more.
    func shutdown() async {
        await listener?.close()
        await accessLog?.close()
    }
}

/// The access log cannot be opened.
struct TelemetryError: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "--access-log: cannot write to \(path): \(reason); name a file in a folder that exists" }
}
