/// Where the database is, and the limits of our use of it.
public struct DatabaseConfiguration: Sendable {
    /// A libpq connection string or URI. Empty, or what it leaves out: libpq's environment and service files.
    public var connection: String
    /// The role to take on after logging in, for example one that is subject to row-level security.
    public var role: String?
    /// Further settings of every session (`SET`), applied before the role is taken on.
    public var settings: [String: String] = [:]
    /// `application_name`, unless the connection string or environment names one.
    public var applicationName = "allmende"

    /// Connections in pipeline mode on each loop.
    public var lanesPerLoop = 2
    /// Units on their way on one lane; the others wait in the queue.
    public var unitsInFlightPerLane = 128
    /// Units that wait on each loop before `overloaded` is thrown.
    public var unitQueueLimit = 4096
    /// `statement_timeout` on lanes: nobody waits long behind somebody else's statement.
    public var laneStatementTimeout = Duration.seconds(5)

    /// How long a unit whose caller has gone may go on before the server is told to stop it.
    public var cancelDelay = Duration.milliseconds(50)

    /// Exclusive connections on each loop.
    public var leasesPerLoop = 4
    /// Tasks that wait for one on each loop before `overloaded` is thrown.
    public var leaseQueueLimit = 1024
    /// `statement_timeout` on leases; zero for none.
    public var leaseStatementTimeout = Duration.seconds(300)

    /// Per address; whole seconds, at least two.
    public var connectTimeout = Duration.seconds(10)
    /// Pause after the first failed attempt to connect; it doubles from there.
    public var firstRetryDelay = Duration.milliseconds(50)
    /// Longest pause between two attempts: within five seconds of the return of its server a pool is whole again.
    public var maximumRetryDelay = Duration.seconds(4)

    public init(connection: String = "", role: String? = nil) {
        self.connection = connection
        self.role = role
    }
}
