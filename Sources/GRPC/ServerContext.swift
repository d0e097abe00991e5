internal import Logging
internal import Synchronization

/// What all connections of a server share, of which only `tls` and the counts change while it runs.
final class ServerContext: Sendable {
    let routes: RouteTable
    /// What the calls of each loop add up to, by the loop's position in its group.
    let calls: [CallCounters]
    let mapError: @Sendable (any Error, ServerCall) -> Status
    let onFinish: (@Sendable (CallRecord) -> Void)?
    let limits: ServerLimits
    let tls: ServerTLS?
    let logger: Logger
    /// Connections that are open, over all loops.
    let connections = Atomic<Int>(0)
    /// Connections that were closed at once because there were too many.
    let refused = Atomic<Int>(0)

    init(router: Router, loops: Int, limits: ServerLimits, tls: ServerTLS?, logger: Logger) {
        let routes = RouteTable(router)
        self.routes = routes
        calls = (0..<loops).map { _ in CallCounters(routes: routes.methods.count + 1) }
        mapError = router.mapError
        onFinish = router.onFinish
        self.limits = limits
        self.tls = tls
        self.logger = logger
    }
}
