internal import API
internal import EventLoop
internal import GRPC
internal import GRPCServices
internal import Logging
internal import Postgres
internal import Services
internal import Store
internal import TLS

/// Everything that runs: put together at start, taken apart in the opposite order.
struct House {
    let port: Int
    private let server: Server
    private let health: HealthService
    /// The database, and the standby for reports if there is one.
    private let databases: [Database]
    private let telemetry: Telemetry
    private let housekeeping: Task<Void, Never>

    /// Starts everything, or says why it cannot and leaves nothing running.
    static func start(options: ServerOptions, group: EventLoopGroup, logger: Logger) async throws -> House {
        let key = try SigningKey(pemFile: options.registerKey)
        let telemetry = try Telemetry(options: options, group: group, logger: logger)
        if options.migrate { try await Owner(connection: options.database, group: group, logger: logger).migrate() }
        let database = Database(configuration: options.databaseConfiguration, group: group, logger: logger)
        var databases = [database]
        do {
            try await database.start()
            try await Store(database: database).requireCurrentSchema()
            if let reports = try await startReports(options, group, logger) { databases.append(reports) }
            return try await House(options, group, logger, key, telemetry, databases)
        } catch {
            // The loops go on: what they watch must be closed before it is gone.
            for database in databases { await database.shutdown() }
            throw error
        }
    }

    private init(
        _ options: ServerOptions, _ group: EventLoopGroup, _ logger: Logger, _ key: SigningKey, _ telemetry: Telemetry,
        _ databases: [Database]
    ) async throws {
        self.telemetry = telemetry
        self.databases = databases
        telemetry.registry.add(zip(["primary", "reports"], databases).map { (role: $0, database: $1) })
        let backend = Backend(
            store: Store(database: databases[0], reports: databases.dropFirst().first),
            signer: CheckpointSigner(
                key: key,
                directory: options.checkpointDirectory.isEmpty
                    ? nil : CheckpointDirectory(path: options.checkpointDirectory)),
            witnesses: options.witnessKeys.isEmpty ? Witnesses() : try Witnesses(file: options.witnessKeys))
        health = HealthService()
        var router = House.router(backend, health, StatusMapping(logger: logger))
        router.registerMetrics(telemetry.registry, of: backend)
        if let accessLog = telemetry.accessLog { router.onFinish = { accessLog.write($0) } }
        server = Server(
            configuration: ServerConfiguration(
                host: options.host, port: options.port,
                tls: TLSServerConfiguration(
                    certificateFile: options.certificate, privateKeyFile: options.privateKey,
                    clientAuthorityFile: options.clientAuthority,
                    revocationListFile: options.revocationList.isEmpty ? nil : options.revocationList,
                    minimumVersion: options.minimumTls == "1.2" ? .tls12 : .tls13)),
            router: router, group: group, logger: logger)
        server.register(in: telemetry.registry)
        port = try await server.start()
        backend.followChangedPrincipals(on: server, logger: logger)
        try await telemetry.start()
        health.set(.serving, for: [""] + Set(router.methods.map(\.service)).sorted())
        let (housekeeping, loop) = (Housekeeping(backend, server: server, logger: logger), group.loops[0])
        self.housekeeping = Task(executorPreference: loop) { await housekeeping.run { try await loop.pause(for: $0) } }
    }

    /// A standby that cannot be reached now is no reason not to start: reports go to the primary until it is back.
    private static func startReports(
        _ options: ServerOptions, _ group: EventLoopGroup, _ logger: Logger
    ) async throws -> Database? {
        guard !options.reportDatabase.isEmpty else { return nil }
        var configuration = options.databaseConfiguration
        configuration.connection = options.reportDatabase
        configuration.lanesPerLoop = 1
        let reports = Database(configuration: configuration, group: group, logger: logger)
        do {
            try await reports.start()
        } catch let error as DatabaseError where error.isConnectionProblem {
            logger.warning("the database for reports cannot be reached", metadata: ["error": "\(error)"])
        }
        return reports
    }

    private static func router(_ backend: Backend, _ health: HealthService, _ mapping: StatusMapping) -> Router {
        var router = Router()
        router.mapError = { mapping.status($0, $1) }
        router.register(MunicipalityHandler(backend))
        router.register(AccessHandler(backend))
        router.register(ConsortiumHandler(backend))
        router.register(DecisionHandler(backend))
        router.register(ApplicationHandler(backend))
        router.register(AgreementHandler(backend))
        router.register(UsageHandler(backend))
        router.register(CostHandler(backend))
        router.register(PeriodHandler(backend))
        router.register(SettlementHandler(backend))
        router.register(RegisterHandler(backend))
        router.register(ExportHandler(backend))
        router.register(AuditHandler(backend))
        router.register(MarketplaceHandler(backend))
        router.register(CompetenceHandler(backend))
        router.register(health)
        router.registerReflection()
        return router
    }

    /// Reads the TLS files anew; what comes of it is in the log, and the former stay in force if they are at fault.
    func reloadCertificates() async {
        try? await server.reloadCertificates()
    }

    /// Says that it goes, lets running calls finish, and closes the connections to the database last.
    func shutdown(grace: Duration) async {
        health.shutDown()
        housekeeping.cancel()
        await server.shutdown(grace: grace)
        await telemetry.shutdown()
        for database in databases { await database.shutdown() }
    }
}
