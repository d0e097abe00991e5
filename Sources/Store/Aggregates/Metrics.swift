public import Domain
internal import Postgres

/// What may change of a metric.
public struct MetricSetting: Sendable, Equatable {
    /// A system that reports for a party, by their codes.
    public struct Reporter: Sendable, Hashable {
        public var party: String
        public var source: String

        public init(party: String, source: String) {
            self.party = party
            self.source = source
        }
    }

    public var rules: UsageRules
    /// Empty: every system may, for the party whose certificate it shows.
    public var reporters: [Reporter]
    public var isRetired: Bool

    public init(rules: UsageRules, reporters: [Reporter], isRetired: Bool) {
        self.rules = rules
        self.reporters = reporters
        self.isRetired = isRetired
    }
}

/// A row of `metric`, with the setting that was known.
public struct MetricRow: Sendable, Equatable {
    public var id: Int32
    public var code: String
    public var unit: String
    public var scale: Int16
    /// Number of the API's Aggregation.
    public var aggregation: Int16
    /// Whether the quantities of several systems add up.
    public var sourcesAddUp: Bool
    public var setting: MetricSetting

    /// A metric that is not stored yet.
    public init(
        code: String, unit: String, scale: Int16, aggregation: Int16, sourcesAddUp: Bool, setting: MetricSetting
    ) {
        id = 0
        self.code = code
        self.unit = unit
        self.scale = scale
        self.aggregation = aggregation
        self.sourcesAddUp = sourcesAddUp
        self.setting = setting
    }

    init(_ row: inout Row) throws {
        id = try row.next(Int32.self)
        code = try row.next(String.self)
        unit = try row.next(String.self)
        scale = try row.next(Int16.self)
        aggregation = try row.next(Int16.self)
        sourcesAddUp = try row.next(Bool.self)
        let interval = try row.next(Int32.self)
        let (minimum, maximum) = (try row.next(Int64.self), try row.next(Int64.self))
        let isRetired = try row.next(Bool.self)
        let parties = try row.next([String].self)
        let sources = try row.next([String].self)
        setting = MetricSetting(
            rules: UsageRules(smallestInterval: interval, quantities: minimum...maximum),
            reporters: zip(parties, sources).map { MetricSetting.Reporter(party: $0, source: $1) },
            isRetired: isRetired)
    }
}

extension Reader {
    /// The metrics of an application, with the settings known at a size of the consortium's register.
    public func metrics(
        of application: Int32, in consortium: Int32, knownAt size: Int64 = .max, after last: String = "",
        limit: Int = .max
    ) async throws -> [MetricRow] {
        let rows = try await query(
            """
            SELECT m.metric_id, m.metric_code, m.unit, m.scale, m.aggregation, m.sources_add_up, v.smallest_interval,
                v.minimum_quantity, v.maximum_quantity, v.is_retired,
                ARRAY(SELECT p.party_code FROM unnest(v.reporter_parties) WITH ORDINALITY r (party_id, place)
                    JOIN party p USING (party_id) ORDER BY r.place),
                ARRAY(SELECT s.source_code FROM unnest(v.reporter_sources) WITH ORDINALITY r (source_id, place)
                    JOIN usage_source s USING (source_id) ORDER BY r.place)
            FROM metric m JOIN metric_setting v USING (consortium_id, metric_id)
            WHERE m.consortium_id = \(consortium) AND m.application_id = \(application) AND \(Versions.known(at: size))
                AND m.metric_code > \(last)
            ORDER BY m.metric_code LIMIT \(limit)
            """)
        return try rows.map { row in try MetricRow(&row) }
    }

    /// A number for a new batch, and the position of the last change of what the consortium takes in: of what its
    /// metrics demand, or of the months whose records are kept.
    public func nextUsageBatch(in consortium: Int32) async throws -> (number: Int64, settings: Int64) {
        let rows = try await query("SELECT nextval('usage_batch_id_seq'), \(usageSettings(in: consortium))")
        return (
            try rows.decode(Int64.self, row: 0, column: 0), try rows.decode(Int64.self, row: 0, column: 1)
        )
    }

    func usageSettings(in consortium: Int32) -> SQL {
        """
        greatest(-1, (SELECT max(recorded_from) FROM metric_setting WHERE consortium_id = \(consortium)),
            (SELECT max(recorded_from) FROM usage_drop WHERE consortium_id = \(consortium)))
        """
    }
}

extension Session {
    private static let settings = VersionedTable(
        "metric_setting",
        columns: """
            consortium_id, metric_id, smallest_interval, minimum_quantity, maximum_quantity, reporter_parties,
            reporter_sources, is_retired
            """)

    /// Declares a metric.
    public func insert(
        _ metric: MetricRow, of application: Int32, in consortium: Int32, recordedFrom: Int64
    ) async throws {
        let rows = try await query(
            """
            INSERT INTO metric
                (consortium_id, application_id, metric_code, unit, scale, aggregation, sources_add_up, recorded_from)
            VALUES (\(consortium), \(application), \(metric.code), \(metric.unit), \(metric.scale),
                \(metric.aggregation), \(metric.sourcesAddUp), \(recordedFrom))
            RETURNING metric_id
            """)
        let id = try rows.decode(Int32.self, row: 0, column: 0)
        _ = try await query(Self.settings.insert(try await row(metric.setting, id, consortium), at: recordedFrom))
    }

    /// Puts a new setting of a metric in place of the one before.
    public func replace(
        _ setting: MetricSetting, of metric: Int32, in consortium: Int32, recordedFrom: Int64
    ) async throws {
        _ = try await run(
            Self.settings.replace(
                where: "v.consortium_id = \(consortium) AND v.metric_id = \(metric)",
                with: try await row(setting, metric, consortium), at: recordedFrom))
    }

    private func row(_ setting: MetricSetting, _ metric: Int32, _ consortium: Int32) async throws -> SQL {
        let parties = try await memberIDs(of: consortium)
        let sources = try await usageSources(Set(setting.reporters.map(\.source)), in: consortium)
        var partyIDs: [Int32] = []
        var sourceIDs: [Int32] = []
        for (index, reporter) in setting.reporters.enumerated() {
            guard let party = parties[reporter.party] else {
                throw Failure.invalid(
                    "metric.reporters[\(index)].party", "must be a member of the consortium", reason: .notAMember)
            }
            partyIDs.append(party)
            sourceIDs.append(sources[reporter.source] ?? 0)
        }
        return """
            \(consortium), \(metric), \(setting.rules.smallestInterval), \(setting.rules.quantities.lowerBound),
            \(setting.rules.quantities.upperBound), \(partyIDs), \(sourceIDs), \(setting.isRetired)
            """
    }

    /// The surrogates of reporting systems; those that have not reported yet get one.
    private func usageSources(_ codes: Set<String>, in consortium: Int32) async throws -> [String: Int32] {
        guard !codes.isEmpty else { return [:] }
        let wanted = codes.sorted()
        let answers = try await run([
            """
            INSERT INTO usage_source (consortium_id, source_code) SELECT \(consortium), unnest(\(wanted))
            ON CONFLICT DO NOTHING
            """,
            """
            SELECT source_code, source_id FROM usage_source
            WHERE consortium_id = \(consortium) AND source_code = ANY (\(wanted))
            """,
        ])
        let pairs = try answers[1].map { row in (try row.next(String.self), try row.next(Int32.self)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}
