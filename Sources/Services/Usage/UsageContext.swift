internal import Domain
internal import Store

/// What a batch was laid out with is no longer so: it has to be prepared again.
struct StaleUsageContext: Error {}

/// What the batches of one stream have in common for one application and one reporting system; looked up once, and
/// again after a change of what the metrics demand.
final class UsageContext: Sendable {
    /// A metric that a record may name.
    struct Metric: Sendable {
        let id: Int32
        let code: [UInt8]
        let scale: Int
        let aggregation: UsageAggregation
        let rules: UsageRules
        /// The source where the metric adds sources up, else 0: a second source then violates the records' key.
        let sourceKey: Int32
        let isRetired: Bool
        /// Parties that this system reports for; nil for all.
        let parties: Set<Int32>?
    }

    /// A party that the caller may report for.
    struct Party: Sendable {
        let id: Int32
        let code: [UInt8]
    }

    /// Resource name of the application.
    let parent: String
    /// Last part of the application's resource name.
    let applicationCode: [UInt8]
    let sourceCode: [UInt8]
    let caller: Participant
    let application: Int32
    let source: Int32
    /// Whether the source is still to be stored, with the first of its batches that is.
    let isNewSource: Bool
    /// Records that begin before this moment are past their retention; seconds since 1970-01-01T00:00:00Z.
    let keptFrom: Int64
    let metrics: [Metric]
    let parties: [Party]
    /// Position of the newest change of what the consortium takes in that is known here.
    let settings: Int64
    /// Whom the caller might report for when this was looked up.
    private let allowed: [String: Int32]

    /// - Throws: `Failure(.unknownApplication)` when the application does not exist or is out of the caller's scope.
    init(parent: String, source sourceText: String, backend: Backend, principal: Principal) async throws {
        var checks = FieldChecks()
        let ids = checks.ids(parent, in: ["consortia", "applications"], field: "parent")
        let sourceID = checks.resourceID(sourceText, field: "source_id")
        try checks.finish()
        let (code, applicationCode) = (ids![0], ids![1])
        let isMember = principal.consortia[code] != nil
        let principal = principal.under(.reportUsage, in: code, on: Clock.today())
        guard let consortium = principal.consortia[code] else {
            throw Failure.unknown("consortium", "consortia/" + code)
        }
        let reader = backend.store.reader(principal)
        // First, so that a change that comes in between is seen as one.
        settings = try await reader.nextUsageBatch(in: consortium).settings
        let applications = try await reader.applications(in: consortium)
        guard let row = applications.first(where: { $0.code == applicationCode }) else {
            throw Failure.invalid(
                "parent", "names application \(applicationCode), which the consortium does not have",
                reason: .unknownApplication)
        }
        self.parent = parent
        self.applicationCode = Array(applicationCode.utf8)
        sourceCode = Array(sourceID!.utf8)
        caller = Participant(principal: principal, consortium: consortium, code: code)
        application = row.id
        let known = try await reader.usageSource(sourceID!, in: consortium)
        let source: Int32
        if let known { source = known } else { source = try await reader.nextUsageSource() }
        self.source = source
        isNewSource = known == nil
        keptFrom = try await reader.usageKeptFrom(in: consortium)?.startInUTC.seconds ?? .min
        allowed = principal.parties
        // A data centre that is no member has a place in the consortium by its mandates alone.
        parties = principal.parties.filter { isMember || $0.value != principal.partyID }
            .map { Party(id: $0.value, code: Array($0.key.utf8)) }
        let partyIDs = Dictionary(
            uniqueKeysWithValues: parties.map { (String(decoding: $0.code, as: UTF8.self), $0.id) })
        metrics = try await reader.metrics(of: row.id, in: consortium).map {
            try Metric($0, source: source, named: sourceID!, parties: partyIDs)
        }
    }

    /// Whether the caller may report for the same parties as when this was looked up.
    func holds(for principal: Principal) -> Bool {
        principal.under(.reportUsage, in: caller.code, on: Clock.today()).parties == allowed
    }

    /// The metric of a code; few per application, so that a scan beats hashing.
    func metric(_ code: UnsafeBufferPointer<UInt8>) -> Metric? {
        metrics.first { $0.code.count == code.count && $0.code.elementsEqual(code) }
    }

    /// The party of a code, when the caller may report for it.
    func party(_ code: UnsafeBufferPointer<UInt8>) -> Party? {
        parties.first { $0.code.count == code.count && $0.code.elementsEqual(code) }
    }
}

extension UsageContext.Metric {
    fileprivate init(_ row: MetricRow, source: Int32, named code: String, parties ids: [String: Int32]) throws {
        guard let aggregation = UsageAggregation(number: row.aggregation) else {
            throw Failure(.internal, "metric \(row.code) has an unknown aggregation")
        }
        id = row.id
        self.code = Array(row.code.utf8)
        scale = Int(row.scale)
        self.aggregation = aggregation
        rules = row.setting.rules
        sourceKey = row.sourcesAddUp ? source : 0
        isRetired = row.setting.isRetired
        let reporters = row.setting.reporters
        parties =
            reporters.isEmpty
            ? nil : Set(reporters.filter { $0.source == code }.compactMap { ids[$0.party] })
    }
}
