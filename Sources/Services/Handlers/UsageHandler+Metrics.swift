public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

extension UsageHandler {
    public func createMetric(_ request: CreateMetricRequest, _ call: ServerCall) async throws -> CreateMetricResponse {
        var checks = FieldChecks()
        let ids = checks.ids(request.parent, in: ["consortia", "applications"], field: "parent")
        let code = checks.resourceID(request.metricID, field: "metric_id")
        checks.text(request.metric.unit, field: "metric.unit", length: 1...40)
        checks.enumeration(request.metric.aggregation, field: "metric.aggregation")
        checks.require((0...9).contains(request.metric.scale), "metric.scale", "must be between 0 and 9")
        checks.require(
            !request.metric.sourcesAddUp || request.metric.aggregation == .sum, "metric.sources_add_up",
            "needs the aggregation SUM: peaks and stocks of two systems do not add up")
        let setting = checks.setting(of: request.metric)
        try checks.finish()
        let caller = try await backend.participant(call, in: ids![0], as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let application = try await session.application(ids![1], in: caller.consortium, name: request.parent)
            let head = try await session.head(of: caller.consortium)
            let row = MetricRow(
                code: code!, unit: request.metric.unit, scale: Int16(request.metric.scale),
                aggregation: Int16(request.metric.aggregation.rawValue), sourcesAddUp: request.metric.sourcesAddUp,
                setting: setting!)
            try await session.insert(row, of: application.id, in: caller.consortium, recordedFrom: head.nextPosition)
            var response = CreateMetricResponse()
            response.metric = Metric(row, of: request.parent)
            response.registerPosition = try head.append(
                .metricCreated(response.metric), to: caller.name, by: caller.principal, for: stamp)
            return response
        }
    }

    public func updateMetric(_ request: UpdateMetricRequest, _ call: ServerCall) async throws -> UpdateMetricResponse {
        let name = try MetricName(request.metric.name, field: "metric.name")
        let caller = try await backend.participant(call, in: name.consortium, as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let head = try await session.head(of: caller.consortium)
            var row = try await name.row(in: caller.consortium, session)
            if row.setting.isRetired { throw MetricName.retired(request.metric.name) }
            row.setting = try row.setting.changed(by: request, as: Metric(row, of: name.application))
            try await session.replace(
                row.setting, of: row.id, in: caller.consortium, recordedFrom: head.nextPosition)
            var response = UpdateMetricResponse()
            response.metric = Metric(row, of: name.application)
            response.registerPosition = try head.append(
                .metricUpdated(response.metric), to: caller.name, by: caller.principal, for: stamp)
            return response
        }
    }

    public func retireMetric(_ request: RetireMetricRequest, _ call: ServerCall) async throws -> RetireMetricResponse {
        let name = try MetricName(request.name, field: "name")
        let caller = try await backend.participant(call, in: name.consortium, as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let head = try await session.head(of: caller.consortium)
            var row = try await name.row(in: caller.consortium, session)
            if row.setting.isRetired { throw MetricName.retired(request.name) }
            row.setting.isRetired = true
            try await session.replace(
                row.setting, of: row.id, in: caller.consortium, recordedFrom: head.nextPosition)
            var response = RetireMetricResponse()
            response.metric = Metric(row, of: name.application)
            response.registerPosition = try head.append(
                .metricRetired(response.metric), to: caller.name, by: caller.principal, for: stamp)
            return response
        }
    }

    public func listMetrics(_ request: ListMetricsRequest, _ call: ServerCall) async throws -> ListMetricsResponse {
        var checks = FieldChecks()
        let ids = checks.ids(request.parent, in: ["consortia", "applications"], field: "parent")
        checks.require(!request.asOf.hasDay, "as_of.day", "must be left out: metrics have no days")
        try checks.finish()
        let caller = try await backend.participant(call, in: ids![0])
        let reader = backend.store.reader(caller.principal)
        let application = try await reader.application(ids![1], in: caller.consortium, name: request.parent)
        var response = ListMetricsResponse()
        var size = Int64.max
        if request.hasAsOf {
            size = try await reader.resolve(request.asOf, caller.register).size
            response.asOf = UsageQuery.asOf(size)
        }
        let page = try ListPage(request, call, caller.principal)
        let rows = try await reader.metrics(
            of: application.id, in: caller.consortium, knownAt: size, after: try page.place(count: 1)?[0] ?? "",
            limit: page.limit)
        let (shown, next) = page.cut(rows) { [$0.code] }
        response.nextPageToken = next
        response.metrics = shown.map { Metric($0, of: request.parent) }
        return response
    }
}

/// consortia/{consortium}/applications/{application}/metrics/{metric}, taken apart.
private struct MetricName {
    let name: String
    let consortium: String
    /// Resource name of the application.
    let application: String
    private let applicationCode: String
    private let code: String

    init(_ name: String, field: String) throws {
        let ids = try ResourceName.ids(name, in: ["consortia", "applications", "metrics"], field: field)
        self.name = name
        consortium = ids[0]
        applicationCode = ids[1]
        code = ids[2]
        application = "consortia/\(ids[0])/applications/\(ids[1])"
    }

    func row(in id: Int32, _ reader: some Reader) async throws -> MetricRow {
        let row = try await reader.application(applicationCode, in: id, name: application)
        guard let metric = try await reader.metrics(of: row.id, in: id).first(where: { $0.code == code }) else {
            throw Failure.unknown("metric", name)
        }
        return metric
    }

    static func retired(_ name: String) -> Failure {
        Failure(.invalidState, "\(name) is retired; declare another metric").about("metric", name)
    }
}

extension MetricSetting {
    /// The fields that may change.
    private static let mutable = ["smallest_interval_seconds", "minimum_quantity", "maximum_quantity", "reporters"]

    /// The setting with the fields of the mask taken from the request.
    fileprivate func changed(by request: UpdateMetricRequest, as current: Metric) throws -> MetricSetting {
        var checks = FieldChecks()
        var metric = current
        if request.updateMask.paths.isEmpty { checks.missing("update_mask") }
        for path in request.updateMask.paths {
            switch path {
            case "smallest_interval_seconds":
                metric.smallestIntervalSeconds = request.metric.smallestIntervalSeconds
            case "minimum_quantity": metric.minimumQuantity = request.metric.minimumQuantity
            case "maximum_quantity": metric.maximumQuantity = request.metric.maximumQuantity
            case "reporters": metric.reporters = request.metric.reporters
            default:
                let fields = Self.mutable.joined(separator: ", ")
                checks.invalid("update_mask", "names \(path), which never changes; what may change: \(fields)")
            }
        }
        let setting = checks.setting(of: metric)
        try checks.finish()
        return setting!
    }
}

extension FieldChecks {
    /// What a metric demands of its records.
    fileprivate mutating func setting(of metric: Metric) -> MetricSetting? {
        let largest = UsageRules.largestQuantity
        let maximum = metric.maximumQuantity == 0 ? largest : metric.maximumQuantity
        require(
            (0...Int32(UsageRules.longestInterval)).contains(metric.smallestIntervalSeconds),
            "metric.smallest_interval_seconds", "must be between 0 and \(UsageRules.longestInterval)")
        require(metric.minimumQuantity >= 0, "metric.minimum_quantity", "must not be negative")
        require(
            (1...largest).contains(maximum) && maximum >= metric.minimumQuantity, "metric.maximum_quantity",
            "must not be below the minimum nor above \(largest)")
        require(
            metric.reporters.count <= Limits.usageReporters, "metric.reporters",
            "must be at most \(Limits.usageReporters)")
        var reporters: [MetricSetting.Reporter] = []
        for (index, reporter) in metric.reporters.prefix(Limits.usageReporters).enumerated() {
            let party = id(reporter.party, in: "parties", field: "metric.reporters[\(index)].party")
            let source = resourceID(reporter.sourceID, field: "metric.reporters[\(index)].source_id")
            if let party, let source { reporters.append(.init(party: party, source: source)) }
        }
        guard isClean else { return nil }
        return MetricSetting(
            rules: UsageRules(
                smallestInterval: max(1, metric.smallestIntervalSeconds),
                quantities: metric.minimumQuantity...maximum),
            reporters: reporters, isRetired: false)
    }
}

extension Metric {
    fileprivate init(_ row: MetricRow, of application: String) {
        self.init()
        name = "\(application)/metrics/\(row.code)"
        unit = row.unit
        scale = Int32(row.scale)
        aggregation = Aggregation(rawValue: Int(row.aggregation)) ?? .unspecified
        sourcesAddUp = row.sourcesAddUp
        smallestIntervalSeconds = row.setting.rules.smallestInterval
        minimumQuantity = row.setting.rules.quantities.lowerBound
        maximumQuantity = row.setting.rules.quantities.upperBound
        reporters = row.setting.reporters.map { row in
            var reporter = UsageReporter()
            reporter.party = "parties/" + row.party
            reporter.sourceID = row.source
            return reporter
        }
        state = row.setting.isRetired ? .retired : .active
    }
}
