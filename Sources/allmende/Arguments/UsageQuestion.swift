internal import API
internal import ArgumentParser
internal import Domain

/// Which usage of an application a command asks about.
struct UsageQuestion: ParsableArguments {
    @Option(
        help: "Days in which the intervals begin: a year, a month, or 2012-01-01/2012-07-01.",
        transform: Arguments.period)
    var period: API.DateRange
    @Option(help: "Code of one party; all that you may see when left out.")
    var party: String?
    @Option(help: "Id of one metric; all when left out.")
    var metric: String?

    var partyName: String { party.map(Names.party) ?? "" }

    func metricName(of application: ApplicationOptions) -> String {
        metric.map { "\(application.name)/metrics/\($0)" } ?? ""
    }
}

/// How a question about usage deals with releases.
struct UsageReleases: ParsableArguments {
    @Flag(help: "Tell figures apart by the release that each party ran, as its adoptions say.")
    var byRelease = false
    @Option(help: "Only days on which a party ran this version.")
    var release: String?

    func name(of application: ApplicationOptions) -> String {
        release.map { "\(application.name)/releases/\($0)" } ?? ""
    }
}

extension Arguments {
    /// `2012-01-31T23:00:00Z`, in seconds since 1970-01-01T00:00:00Z.
    static func second(_ text: String) throws -> Int64 {
        try read { () throws(Failure) in try Instant(text, field: "the instant") }.seconds
    }
}
