internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// How the cost of an agreement per inhabitant and per case has gone, settlement by settlement. All figures are those
/// that the settlement itself rests on: at the sizes of the registers that it names.
struct ScaleEffectReport {
    let caller: Participant
    let agreement: String
    /// The metric asked for, or empty.
    let metric: String
    let reader: ReportReader

    func lines() async throws -> [ScaleEffectLine] {
        var lines: [ScaleEffectLine] = []
        var former: ScalePoint?
        for row in try await newest() {
            let settlement = try Settlement(serializedBytes: row.head)
            let metric = try await metric.isEmpty ? usedMetric(settlement) : metric
            let day = try inhabitantsDay(of: row)
            let point = try await point(row, settlement, metric, day)
            lines.append(ScaleEffectLine(settlement, point, since: former, metric: metric, inhabitantsOn: day))
            former = point
        }
        return lines
    }

    /// For each span of days the settlement that was approved last.
    private func newest() async throws -> [SettlementRow] {
        var newest: [SettlementRow] = []
        for row in try await reader.approvedSettlements(of: agreement, in: caller.consortium) {
            if let last = newest.last, (last.start, last.end) == (row.start, row.end) { newest.removeLast() }
            newest.append(row)
        }
        return newest.suffix(Limits.scaleEffectLines)
    }

    private func inhabitantsDay(of row: SettlementRow) throws -> Domain.CivilDate {
        guard let day = Domain.CivilDate(year: row.start.year - 1, month: 12, day: 31) else {
            throw Failure(.outOfRange, "there is no year before \(row.start)")
        }
        return day
    }

    private func point(
        _ row: SettlementRow, _ settlement: Settlement, _ metric: String, _ day: Domain.CivilDate
    ) async throws -> ScalePoint {
        let codes = Set(try await reader.settlementSums(of: row.code, in: caller.consortium).map(\.party))
        let parties = try codes.sorted().map { try PartyCode($0, field: "party") }
        let days = try Domain.DateRange(row.start, row.end, field: "period")
        let charged = try await ChargedMembers(
            of: caller.consortium, over: days, knownAt: settlement.registerSize,
            platformSize: settlement.platformRegisterSize, reader)
        let ids = try await reader.partyIDs(charged.origins(with: parties).map(\.text))
        let rows = try await reader.keyFigures(
            kind: Int16(API.KeyFigureKind.inhabitants.rawValue), on: day, parties: Array(ids.values),
            knownAt: settlement.platformRegisterSize)
        var cases = PartyFigures.none
        if !metric.isEmpty {
            let reading = try await UsageReading(
                metric, in: caller.consortium, knownAt: settlement.usageRegisterSize, reader)
            cases = PartyFigures(try charged.succession.charged(try await reading.quantities(over: days, reader)))
        }
        let reference = KeyFigureReference(kind: .inhabitants, day: day)
        return try ScalePoint(
            amount: settlement.total.minorUnits, parties: parties,
            inhabitants: charged.figures(reference, of: parties, from: rows), cases: cases)
    }

    /// The metric that the first component of the revision that goes by usage counts; empty where none does.
    private func usedMetric(_ settlement: Settlement) async throws -> String {
        let name = try AgreementRevisionName(settlement.agreementRevision, field: "agreement_revision")
        let revision = try AgreementRevision(
            serializedBytes: try await reader.agreementRevisionContent(
                name.revision, of: name.agreement, in: caller.consortium, name: settlement.agreementRevision))
        for pool in revision.pools {
            let rule = try PoolRule(pool, field: "pool", currency: settlement.total.currency)
            if let used = rule.usage.first { return used.metric }
        }
        return ""
    }
}

extension ScaleEffectLine {
    fileprivate init(
        _ settlement: Settlement, _ point: ScalePoint, since former: ScalePoint?, metric: String,
        inhabitantsOn day: Domain.CivilDate
    ) {
        self.init()
        self.settlement = settlement.name
        period = settlement.period
        agreementRevision = settlement.agreementRevision
        parties = Int32(clamping: point.parties.count)
        if let former {
            joined = point.joined(since: former).map { "parties/" + $0.text }
            left = former.joined(since: point).map { "parties/" + $0.text }
        }
        total = settlement.total
        inhabitantsOn = API.CivilDate(day)
        inhabitants = point.inhabitants ?? 0
        withoutInhabitants = point.withoutInhabitants.map { "parties/" + $0.text }
        self.metric = metric
        (cases, scale) = (point.cases.units, Int32(point.cases.scale))
        if let average = point.perInhabitant {
            perInhabitant = API.Fraction(average)
            if let change = former?.perInhabitant.flatMap(average.change)?.fraction {
                perInhabitantChange = API.Fraction(change)
            }
        }
        if let average = point.perCase {
            perCase = API.Fraction(average)
            if let change = former?.perCase.flatMap(average.change)?.fraction { perCaseChange = API.Fraction(change) }
        }
    }
}
