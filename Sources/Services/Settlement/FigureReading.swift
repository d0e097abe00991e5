internal import API
internal import Domain
internal import Store

/// Stored figures in the form in which allocations take them, each as known at one size of its register.

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

/// The usage of one metric as known at one size of the register, from rollups or from the records themselves.
struct UsageReading {
    /// What it counts.
    let unit: String
    private let consortium: Int32
    private let application: Int32
    private let metric: MetricRow
    private let size: Int64
    private let fromRecords: Bool

    /// Throws UNKNOWN_RESOURCE for a metric that is not there.
    init(
        _ name: String, in consortium: Int32, knownAt size: Int64, fromRecords: Bool = false, _ reader: some Reader
    ) async throws {
        let ids = try ResourceName.ids(name, in: ["consortia", "applications", "metrics"], field: "metric")
        let application = try await reader.application(ids[1], in: consortium, name: name)
        let metrics = try await reader.metrics(of: application.id, in: consortium)
        guard let metric = metrics.first(where: { $0.code == ids[2] }) else { throw Failure.unknown("metric", name) }
        self.consortium = consortium
        self.application = application.id
        self.metric = metric
        self.size = size
        self.fromRecords = fromRecords
        unit = metric.unit
    }

    /// Each party's figure over some days.
    func quantities(over days: Domain.DateRange, _ reader: some Reader) async throws -> [PartyCode: Quantity] {
        try await quantities(over: days, of: nil, reader)
    }

    /// One party's figure on some days that lie apart; nil where it has none.
    ///
    /// Not inlined: Swift 6.3's compiler crashes on the coroutine that would come of it.
    @inline(never)
    func quantity(
        of party: PartyCode, on ranges: [Domain.DateRange], _ reader: some Reader
    ) async throws -> Quantity? {
        let id = try await reader.partyID(party.text, field: "party")
        var figure: Quantity?
        for days in ranges {
            guard let next = try await quantities(over: days, of: id, reader)[party] else { continue }
            switch (figure, metric.aggregation) {
            case (let sum?, 1): figure = try sum.adding(next)
            case (let peak?, 2): figure = peak.order(against: next) > 0 ? peak : next
            default: figure = next
            }
        }
        return figure
    }

    private func quantities(
        over days: Domain.DateRange, of party: Int32?, _ reader: some Reader
    ) async throws -> [PartyCode: Quantity] {
        guard let end = days.end else { throw Failure.missing("days.end") }
        let filter = UsageFilter(
            consortium: consortium, application: application, from: days.start, until: end, party: party,
            metric: metric.id, size: size)
        let rollups = try await fromRecords ? nil : reader.usageRollups(filter)
        let totals: [UsageFigureRow]
        if let rollups { totals = rollups.rows } else { totals = try await reader.usageRecordFigures(filter).rows }
        var quantities: [PartyCode: Quantity] = [:]
        for total in totals {
            let quantity = try Quantity(units: total.quantity, scale: Int(metric.scale), field: "quantity")
            quantities[try PartyCode(total.partyCode, field: "party")] = quantity
        }
        return quantities
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
