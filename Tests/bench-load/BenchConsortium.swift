/// Names of what `setup` creates and the other commands call.
struct BenchConsortium: Sendable {
    /// Last part of the consortium's resource name.
    let id: String

    static let applicationID = "register-of-residents"
    static let metricID = "cases"
    static let agreementID = "operation"
    /// Revisions that reads are spread over.
    static let revisions = 100

    /// The year whose totals are asked for, and the parties that have some (deploy/dev/benchmark/bulk.sh).
    static let totalsYear: Int32 = 1981
    static let totalsParties = 100

    var name: String { "consortia/\(id)" }
    var application: String { "\(name)/applications/\(BenchConsortium.applicationID)" }
    var metric: String { "\(application)/metrics/\(BenchConsortium.metricID)" }
    var agreement: String { "\(name)/agreements/\(BenchConsortium.agreementID)" }
    func revision(_ number: Int) -> String { "\(agreement)/revisions/\(number)" }
}
