public import API
internal import Domain
public import GRPC
internal import Store

/// Metrics, ingestion and totals of usage.
public struct UsageHandler: UsageServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func createMetric(_ request: CreateMetricRequest, _ call: ServerCall) async throws -> CreateMetricResponse {
        var checks = FieldChecks()
        let ids = checks.ids(request.parent, in: ["consortia", "applications"], field: "parent")
        let code = checks.resourceID(request.metricID, field: "metric_id")
        checks.text(request.metric.unit, field: "metric.unit", length: 1...40)
        checks.enumeration(request.metric.aggregation, field: "metric.aggregation")
        checks.require((0...9).contains(request.metric.scale), "metric.scale", "must be between 0 and 9")
        try checks.finish()
        let caller = try await backend.participant(call, in: ids![0], as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let application = try await session.application(ids![1], in: caller.consortium, name: request.parent)
            let head = try await session.head(of: caller.consortium)
            try await session.insertMetric(
                code!, unit: request.metric.unit, scale: Int16(request.metric.scale),
                aggregation: Int16(request.metric.aggregation.rawValue), of: application.id, in: caller.consortium,
                recordedFrom: head.nextPosition)
            var response = CreateMetricResponse()
            response.metric = request.metric
            response.metric.name = "\(request.parent)/metrics/\(code!)"
            response.registerPosition = try head.append(
                .metricCreated(response.metric), to: caller.name, by: caller.principal, for: stamp)
            return response
        }
    }

    public func listMetrics(_ request: ListMetricsRequest, _ call: ServerCall) async throws -> ListMetricsResponse {
        let ids = try ResourceName.ids(request.parent, in: ["consortia", "applications"], field: "parent")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let application = try await reader.application(ids[1], in: caller.consortium, name: request.parent)
        var response = ListMetricsResponse()
        response.metrics = try await reader.metrics(of: application.id, in: caller.consortium).map { row in
            var metric = Metric()
            metric.name = "\(request.parent)/metrics/\(row.code)"
            metric.unit = row.unit
            metric.scale = Int32(row.scale)
            metric.aggregation = Aggregation(rawValue: Int(row.aggregation)) ?? .unspecified
            return metric
        }
        return response
    }

    public func ingestUsage(_ call: ServerCall) async throws {
        try await UsageIngestion(backend: backend, call: call).run()
    }

    public func queryUsageTotals(
        _ request: QueryUsageTotalsRequest, _ call: ServerCall
    ) async throws -> QueryUsageTotalsResponse {
        var checks = FieldChecks()
        let ids = checks.ids(request.parent, in: ["consortia", "applications"], field: "parent")
        let period = checks.range(request.period, isSet: request.hasPeriod, needsEnd: true, field: "period")
        checks.require(request.registerSize >= 0, "register_size", "must not be negative")
        try checks.finish()
        let caller = try await backend.participant(call, in: ids![0])
        let reader = backend.store.reportReader(caller.principal)
        let application = try await reader.application(ids![1], in: caller.consortium, name: request.parent)
        let size = request.registerSize == 0 ? Int64.max : request.registerSize
        let rows = try await reader.usageTotals(
            of: application.id, in: caller.consortium, from: period!.start, until: period!.end!, knownAt: size)
        var response = QueryUsageTotalsResponse()
        response.totals = rows.map { row in
            var total = UsageTotal()
            total.party = "parties/" + row.partyCode
            total.metric = "\(request.parent)/metrics/\(row.metricCode)"
            total.quantity = row.quantity
            total.recordCount = row.recordCount
            return total
        }
        return response
    }
}
