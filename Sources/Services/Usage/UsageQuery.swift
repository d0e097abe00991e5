internal import API
internal import Domain
internal import Store

/// A question about the usage of an application, checked and with its names looked up.
struct UsageQuery {
    /// Resource name of the application.
    let parent: String
    let caller: Participant
    let filter: UsageFilter
    /// The metrics that the question is about.
    let metrics: [MetricRow]
    /// Code of the one party that it is about; nil for all that the caller may see.
    let party: String?

    /// - Throws: `Failure` that names the field.
    init(
        parent: String, period: API.DateRange?, party: String, metric: String, asOf: AsOf?, backend: Backend,
        byRelease: Bool = false, release: String = "", caller: (String) async throws -> Participant
    ) async throws {
        var checks = FieldChecks()
        let ids = checks.ids(parent, in: ["consortia", "applications"], field: "parent")
        let days = checks.range(period ?? .init(), isSet: period != nil, needsEnd: true, field: "period")
        checks.require(
            (days?.dayCount ?? 0) <= Limits.usageQuestion, "period", "must not be longer than 20 years")
        let code = party.isEmpty ? nil : checks.id(party, in: "parties", field: "party")
        checks.require(
            metric.isEmpty || metric.hasPrefix(parent + "/metrics/"), "metric", "must be a metric of the application")
        checks.require(asOf?.hasDay != true, "as_of.day", "must be left out: the period says which days count")
        checks.require(
            release.isEmpty || release.hasPrefix(parent + "/releases/"), "release",
            "must be a release of the application")
        try checks.finish()
        let version = release.isEmpty ? nil : try ReleaseName(release, field: "release").version
        let caller = try await caller(ids![0])
        let reader = backend.store.reader(caller.principal)
        let application = try await reader.application(ids![1], in: caller.consortium, name: parent)
        var size: Int64?
        if let asOf, asOf.recorded != nil { size = try await reader.resolve(asOf, caller.register).size }
        var metrics = try await reader.metrics(of: application.id, in: caller.consortium, knownAt: size ?? .max)
        if !metric.isEmpty {
            metrics = metrics.filter { parent + "/metrics/" + $0.code == metric }
            if metrics.isEmpty { throw Failure.unknown("metric", metric) }
        }
        var partyID: Int32?
        if let code {
            guard let id = try await reader.partyIDs([code])[code] else { throw Failure.unknown("party", party) }
            partyID = id
        }
        if let version, try await reader.release(version, of: application.id, in: caller.consortium) == nil {
            throw Failure.unknown("release", release)
        }
        self.parent = parent
        self.caller = caller
        self.party = code
        self.metrics = metrics
        var filter = UsageFilter(
            consortium: caller.consortium, application: application.id, from: days!.start, until: days!.end!,
            party: partyID, metric: metric.isEmpty ? nil : metrics[0].id, size: size)
        filter.isByRelease = byRelease
        filter.release = version
        self.filter = filter
    }

    /// The state that was read, as answers say it.
    static func asOf(_ size: Int64) -> AsOf {
        var state = AsOf()
        state.registerSize = size
        return state
    }

    func total(_ row: UsageFigureRow) -> UsageTotal {
        UsageStatements(application: parent, filter: filter).total(row)
    }

    /// Who has reported how much, and of whom nothing was heard.
    ///
    /// - Parameter members: codes of the parties that are expected to report where a metric does not name any.
    func coverage(_ rows: [UsageCoverageRow], members: [String]) -> [UsageCoverage] {
        let months = monthsAskedFor
        let active = metrics.filter { !$0.setting.isRetired }
        let codes = Set(active.map(\.code))
        var found = rows.filter { codes.contains($0.metricCode) }
        for metric in active {
            let named = metric.setting.reporters.filter { party == nil || party == $0.party }
            let expected =
                metric.setting.reporters.isEmpty
                ? members.filter { member in
                    !found.contains { $0.partyCode == member && $0.metricCode == metric.code }
                }.map { MetricSetting.Reporter(party: $0, source: "") } : named
            for reporter in expected {
                let isKnown = found.contains {
                    $0.partyCode == reporter.party && $0.metricCode == metric.code && $0.sourceCode == reporter.source
                }
                if isKnown { continue }
                found.append(
                    UsageCoverageRow(
                        partyCode: reporter.party, metricCode: metric.code, sourceCode: reporter.source, months: []))
            }
        }
        found.sort { ($0.partyCode, $0.metricCode, $0.sourceCode) < ($1.partyCode, $1.metricCode, $1.sourceCode) }
        return found.map { row in
            var coverage = UsageCoverage()
            coverage.party = "parties/" + row.partyCode
            coverage.metric = "\(parent)/metrics/\(row.metricCode)"
            coverage.sourceID = row.sourceCode
            coverage.monthCount = Int32(months.count)
            coverage.missingMonths = months.filter { !row.months.contains($0) }.map(API.CivilDate.init)
            return coverage
        }
    }

    /// First days of the months that the question touches.
    private var monthsAskedFor: [Domain.CivilDate] {
        var months: [Domain.CivilDate] = []
        var month = Domain.CivilDate(year: filter.from.year, month: filter.from.month, day: 1)
        while let first = month, first < filter.until {
            months.append(first)
            month = first.adding(months: 1)
        }
        return months
    }
}
