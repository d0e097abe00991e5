internal import API
internal import Domain
internal import Store

/// Stored figures in the form in which allocations take them, each as known at one size of its register.

extension PartyFigures {
    /// Key figures of one kind and day.
    init(_ rows: [KeyFigureRow], of reference: KeyFigureReference) throws {
        var sources: [PartyCode: String] = [:]
        var quantities: [PartyCode: Quantity] = [:]
        for row in rows {
            let quantity = try Quantity(units: row.value, scale: reference.kind.storedScale, field: "key_figure.value")
            let party = try PartyCode(row.partyCode, field: "key_figure.party")
            quantities[party] = quantity
            if !row.source.isEmpty { sources[party] = row.source }
        }
        self.init(quantities, otherSources: sources)
    }
}

extension OwnershipShares {
    /// Who owns an application on a day. Throws INVALID_STATE where nobody does.
    init(
        of name: String, on day: Domain.CivilDate, in consortium: Int32, knownAt size: Int64, _ reader: some Reader
    ) async throws {
        let ids = try ResourceName.ids(name, in: ["consortia", "applications"], field: "application")
        let application = try await reader.application(ids[1], in: consortium, name: name)
        let row = try await reader.ownership(of: application.id, in: consortium, on: day, knownAt: size)
        guard let row else {
            throw Failure(.invalidState, "\(name) has no owners on \(day); decide on its ownership first")
                .about("application", name)
        }
        try self.init(row.shares.map { Share(party: try PartyCode($0.party, field: "shares"), share: $0.share) })
    }
}

extension AllocationInputs.Measured {
    /// Each party's usage of a metric over some days, from rollups or from the records themselves.
    init(
        _ name: String, over days: Domain.DateRange, in consortium: Int32, knownAt size: Int64,
        fromRecords: Bool = false, _ reader: some Reader
    ) async throws {
        let ids = try ResourceName.ids(name, in: ["consortia", "applications", "metrics"], field: "metric")
        let application = try await reader.application(ids[1], in: consortium, name: name)
        let metrics = try await reader.metrics(of: application.id, in: consortium)
        guard let metric = metrics.first(where: { $0.code == ids[2] }), let end = days.end else {
            throw Failure.unknown("metric", name)
        }
        let filter = UsageFilter(
            consortium: consortium, application: application.id, from: days.start, until: end, metric: metric.id,
            size: size)
        let rollups = try await fromRecords ? nil : reader.usageRollups(filter)
        let totals: [UsageFigureRow]
        if let rollups { totals = rollups.rows } else { totals = try await reader.usageRecordFigures(filter).rows }
        var quantities: [PartyCode: Quantity] = [:]
        for total in totals where total.metricCode == metric.code {
            let quantity = try Quantity(units: total.quantity, scale: Int(metric.scale), field: "quantity")
            quantities[try PartyCode(total.partyCode, field: "party")] = quantity
        }
        self.init(unit: metric.unit, PartyFigures(quantities))
    }
}

extension [CostItemRow] {
    /// What a pool bears: net amounts and the tax that cannot be deducted, less revenue, in minor units.
    func borne(by pool: CostPool) throws -> Int64 {
        var total: Int64 = 0
        for item in self where item.pool == Int16(pool.rawValue) {
            let cost = try LevyArithmetic.borne(
                net: item.net, vat: item.vat, deductibleShare: item.deductibleShare, field: "cost item \(item.code)")
            let isRevenue = item.kind == Int16(CostKind.revenue.rawValue)
            let (sum, overflow) = total.addingReportingOverflow(isRevenue ? -cost : cost)
            if overflow { throw Failure(.outOfRange, "the costs of a pool are too large") }
            total = sum
        }
        return total
    }
}
