internal import API
internal import ArgumentParser
internal import Domain

/// What a metric demands of its records; what is left out stays as it is.
struct MetricDemands: ParsableArguments {
    @Option(help: "Shortest interval of a record in seconds.")
    var smallestInterval: Int32?
    @Option(help: "Smallest plausible quantity of one record.")
    var minimum: String?
    @Option(help: "Largest plausible quantity of one record.")
    var maximum: String?
    @Option(
        name: .customLong("reporter"),
        help: "PARTY=SYSTEM: only this system reports for this party; repeat for each.")
    var reporters: [String] = []

    /// Sets what was given.
    ///
    /// - Returns: the fields that were set.
    func apply(to metric: inout Metric) throws -> [String] {
        var fields: [String] = []
        if let smallestInterval {
            metric.smallestIntervalSeconds = smallestInterval
            fields.append("smallest_interval_seconds")
        }
        if let minimum {
            metric.minimumQuantity = try units(minimum, "the minimum", metric)
            fields.append("minimum_quantity")
        }
        if let maximum {
            metric.maximumQuantity = try units(maximum, "the maximum", metric)
            fields.append("maximum_quantity")
        }
        if !reporters.isEmpty {
            metric.reporters = try reporters.map(Self.reporter)
            fields.append("reporters")
        }
        return fields
    }

    private func units(_ text: String, _ name: String, _ metric: Metric) throws -> Int64 {
        let scale = Int(metric.scale)
        return try Arguments.read { () throws(Failure) in try Quantity(text, scale: scale, field: name) }.units
    }

    private static func reporter(_ text: String) throws -> API.UsageReporter {
        let parts = try PartValue(text)
        var reporter = API.UsageReporter()
        reporter.party = Names.party(parts.party)
        reporter.sourceID = parts.value
        return reporter
    }
}
