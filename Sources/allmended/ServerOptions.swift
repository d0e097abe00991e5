internal import ArgumentParser
internal import Foundation

/// The options of the server. A default comes from the environment where it is set there.
struct ServerOptions: ParsableArguments {
    @Option(help: "Address to listen on.")
    var host: String = Environment.text("HOST") ?? "127.0.0.1"

    @Option(help: "Port to listen on; 0 takes any free one.")
    var port: Int = Environment.number("PORT") ?? 7443

    @Option(help: "PEM file with the server's certificate and its intermediates.")
    var certificate: String = Environment.text("CERTIFICATE") ?? "server.pem"

    @Option(help: "PEM file with the server's private key.")
    var privateKey: String = Environment.text("PRIVATE_KEY") ?? "server.key"

    @Option(help: "PEM file with the authorities that issue client certificates.")
    var clientAuthority: String = Environment.text("CLIENT_AUTHORITY") ?? "ca.pem"

    @Option(help: "PEM file with the lists of revoked certificates (CRL) of all authorities; empty checks none.")
    var revocationList: String = Environment.text("REVOCATION_LIST") ?? ""

    @Option(help: "Oldest version of TLS that is spoken: 1.3 or 1.2.")
    var minimumTls: String = Environment.text("MINIMUM_TLS") ?? "1.3"

    @Option(help: "PEM file with the Ed25519 key that signs the registers.")
    var registerKey: String = Environment.text("REGISTER_KEY") ?? "register.key"

    @Option(
        help: """
            Directory outside the database for the newest published checkpoint of every register, which keeps the \
            server from signing for a database that has lost entries; empty for none.
            """)
    var checkpointDirectory: String = Environment.text("CHECKPOINT_DIRECTORY") ?? ""

    @Option(help: "File with the verifier keys of witnesses (C2SP tlog-cosignature), one a line; empty for none.")
    var witnessKeys: String = Environment.text("WITNESS_KEYS") ?? ""

    @Option(help: "Connection string for PostgreSQL; empty takes libpq's environment.")
    var database: String = Environment.text("DATABASE") ?? ""

    @Option(
        help: """
            Connection string for long reads, such as exports: of a standby, for example with \
            target_session_attrs=prefer-standby; empty reads where --database says.
            """)
    var reportDatabase: String = Environment.text("REPORT_DATABASE") ?? ""

    @Option(help: "Event loops; 0 for one for each core.")
    var loops: Int = Environment.number("LOOPS") ?? 0

    @OptionGroup var pool: PoolOptions

    @Option(help: "Seconds that running calls get at shutdown.")
    var grace: Int = Environment.number("GRACE") ?? 10

    @Option(help: "File for one line of JSON on each call; - for standard output, empty for none.")
    var accessLog: String = Environment.text("ACCESS_LOG") ?? ""

    @Option(help: "Loopback address that serves metrics in plain HTTP, if --metrics-port is given.")
    var metricsHost: String = Environment.text("METRICS_HOST") ?? "127.0.0.1"

    @Option(help: "Port that serves metrics in plain HTTP; 0 takes any free one. Not served so when absent.")
    var metricsPort: Int?

    /// The port for scrapers, also from the environment: an option that may be absent takes no default there.
    var scraperPort: Int? { metricsPort ?? Environment.number("METRICS_PORT") }

    @Flag(help: "Apply missing migrations at start.")
    var migrate = false

    @Flag(help: "Write debug messages to the log.")
    var verbose = false

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be between 0 and 65535") }
        guard (0...65_535).contains(scraperPort ?? 0) else {
            throw ValidationError("--metrics-port must be between 0 and 65535")
        }
        guard ["1.2", "1.3"].contains(minimumTls) else { throw ValidationError("--minimum-tls must be 1.2 or 1.3") }
        guard loops >= 0 else { throw ValidationError("--loops must not be negative") }
        guard grace >= 0 else { throw ValidationError("--grace must not be negative") }
        guard [pool.lanes, pool.leases, pool.laneQueue, pool.leaseQueue].allSatisfy({ $0 > 0 }) else {
            throw ValidationError("--lanes, --leases, --lane-queue and --lease-queue must be greater than 0")
        }
    }
}

/// Sizes of the pool of connections to the database, each for one loop.
struct PoolOptions: ParsableArguments {
    @Option(help: "Connections on each loop that short statements share.")
    var lanes: Int = Environment.number("LANES") ?? 2

    @Option(help: "Connections on each loop for changes and long reads, one for each at a time.")
    var leases: Int = Environment.number("LEASES") ?? 4

    @Option(help: "Short statements that wait on each loop before calls are refused with RESOURCE_EXHAUSTED.")
    var laneQueue: Int = Environment.number("LANE_QUEUE") ?? 4096

    @Option(help: "Changes and long reads that wait on each loop before calls are refused with RESOURCE_EXHAUSTED.")
    var leaseQueue: Int = Environment.number("LEASE_QUEUE") ?? 1024
}

/// Reads ALLMENDE_… from the environment.
private enum Environment {
    static func text(_ name: String) -> String? {
        ProcessInfo.processInfo.environment["ALLMENDE_" + name].flatMap { $0.isEmpty ? nil : $0 }
    }

    static func number(_ name: String) -> Int? {
        text(name).flatMap(Int.init)
    }
}
