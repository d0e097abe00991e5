internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// What parties would pay under alternatives. What is read is kept by what it is, so that ten alternatives over the
/// same facts read them once.
final class Simulation {
    private struct UsageKey: Hashable {
        let metric: String
        let days: Domain.DateRange
    }

    private let caller: Participant
    private let reader: ReportReader
    private let agreement: String
    private let consortium: ConsortiumRow
    private let sizes: SettlementTask.References
    private var figures: [KeyFigureReference: PartyFigures] = [:]
    private var usages: [UsageKey: AllocationInputs.Measured] = [:]
    private var owners: [String: OwnershipShares?] = [:]
    private var items: [Domain.DateRange: [CostItemRow]] = [:]
    private var parties: [String: Int32]

    init(
        _ agreement: String, over period: Domain.DateRange, caller: Participant, reader: ReportReader,
        joining: [String]
    ) async throws {
        self.caller = caller
        self.reader = reader
        self.agreement = agreement
        let size = try await reader.registerSize(caller.consortium)
        sizes = SettlementTask.References(
            registerSize: size, usageSize: size, platformSize: try await reader.registerSize(Store.platformRegister))
        // Only who is a member on the last day shares the cost.
        consortium = try await reader.consortium(
            caller.consortium, on: period.end?.adding(days: -1) ?? period.start, knownAt: size, name: caller.name)
        parties = try await reader.partyIDs(consortium.members.map(\.partyCode) + joining)
    }

    /// One state of affairs: rules, days, members and costs.
    struct Scene {
        var revision: AgreementRevision
        var period: Domain.DateRange
        var members: [PartyCode]
        var costs: [CostPool: Int64] = [:]
    }

    func scene(over period: Domain.DateRange) async throws -> Scene {
        Scene(
            revision: try await revision(over: period), period: period,
            members: try consortium.members.map { try PartyCode($0.partyCode, field: "members") })
    }

    /// The allocations of a scene by pool.
    func allocations(_ scene: Scene) async throws -> [CostPool: Allocation] {
        var allocations: [CostPool: Allocation] = [:]
        for pool in scene.revision.pools {
            let rule = try PoolRule(pool, field: "pool", currency: consortium.currency)
            let amount: Int64
            if let given = scene.costs[pool.pool] {
                amount = given
            } else {
                amount = try await borne(pool.pool, scene)
            }
            allocations[pool.pool] = try await Simulation.allocate(amount, rule.rule, try await inputs(rule, scene))
        }
        return allocations
    }

    /// Milliseconds for thousands of members: not on the event loop.
    @concurrent
    private static func allocate(
        _ amount: Int64, _ rule: AllocationRule, _ inputs: AllocationInputs
    ) async throws -> Allocation {
        try Allocation(of: amount, by: rule, inputs)
    }

    private func inputs(_ rule: PoolRule, _ scene: Scene) async throws -> AllocationInputs {
        var inputs = AllocationInputs(members: scene.members, year: scene.period.start.year)
        for reference in try rule.rule.keyFigures(forYear: inputs.year) {
            inputs.keyFigures[reference] = try await figures(reference)
        }
        if let application = rule.ownedApplication {
            inputs.ownership = try await ownership(of: application, scene.period)
        }
        for used in rule.usage {
            let measured = try await usage(
                UsageKey(metric: used.metric, days: try used.measure.window.days(for: scene.period)))
            // Who would leave has used something as things stand, and nothing under the alternative.
            inputs.usage[used.measure] = AllocationInputs.Measured(
                unit: measured.unit, measured.figures.restricted(to: Set(scene.members)))
        }
        inputs.publishedKeys = rule.publishedKeys
        return inputs
    }

    func figures(_ reference: KeyFigureReference) async throws -> PartyFigures {
        if let known = figures[reference] { return known }
        let rows = try await reader.keyFigures(
            kind: Int16(API.KeyFigureKind(reference.kind).rawValue), on: reference.day,
            parties: Array(parties.values), knownAt: sizes.platformSize)
        let read = try PartyFigures(rows, of: reference)
        figures[reference] = read
        return read
    }

    private func usage(_ key: UsageKey) async throws -> AllocationInputs.Measured {
        if let known = usages[key] { return known }
        let measured = try await AllocationInputs.Measured(
            key.metric, over: key.days, in: caller.consortium, knownAt: sizes.usageSize, reader)
        usages[key] = measured
        return measured
    }

    private func ownership(of application: String, _ period: Domain.DateRange) async throws -> OwnershipShares? {
        let day = period.end?.adding(days: -1) ?? period.start
        let key = "\(application) \(day)"
        if let known = owners[key] { return known }
        let shares = try await OwnershipShares(
            of: application, on: day, in: caller.consortium, knownAt: sizes.registerSize, reader)
        owners[key] = shares
        return shares
    }

    private func borne(_ pool: CostPool, _ scene: Scene) async throws -> Int64 {
        let end = scene.period.end ?? scene.period.start
        let own: [CostItemRow]
        if let known = items[scene.period] {
            own = known
        } else {
            own = try await reader.costItems(
                in: caller.consortium, from: scene.period.start, until: end, knownAt: sizes.registerSize)
            items[scene.period] = own
        }
        return try own.borne(by: pool)
    }

    private func revision(over period: Domain.DateRange) async throws -> AgreementRevision {
        try await SettlementFacts.revisionInForce(
            SettlementTask(caller: caller, code: "", agreement: agreement, period: period),
            knownAt: sizes.registerSize, reader)
    }

    /// The usage of the first component that goes by usage, as the number of cases.
    func cases(_ scene: Scene) async throws -> PartyFigures? {
        for pool in scene.revision.pools {
            guard let used = try PoolRule(pool, field: "pool", currency: consortium.currency).usage.first else {
                continue
            }
            let days = try used.measure.window.days(for: scene.period)
            return try await usage(UsageKey(metric: used.metric, days: days)).figures
        }
        return nil
    }

    /// The scene that an alternative makes of things as they stand.
    func scene(_ alternative: SimulatedAlternative, from base: Scene, field: String) async throws -> Scene {
        var scene = base
        var checks = FieldChecks()
        if alternative.hasPeriod {
            if let period = checks.range(alternative.period, isSet: true, needsEnd: true, field: field + ".period") {
                scene.period = period
            }
        }
        let joining = checks.parties(alternative.joining, field: field + ".joining")
        let leaving = checks.parties(alternative.leaving, field: field + ".leaving")
        for (index, party) in joining.enumerated() where base.members.contains(party) || parties[party.text] == nil {
            checks.invalid("\(field).joining[\(index)]", "must be a registered party that is no member, not \(party)")
        }
        for (index, party) in leaving.enumerated() where !base.members.contains(party) {
            checks.invalid("\(field).leaving[\(index)]", "must be a member, not \(party)")
        }
        for (index, cost) in alternative.costs.enumerated() {
            checks.enumeration(cost.pool, field: "\(field).costs[\(index)].pool")
            scene.costs[cost.pool] = cost.cost.minorUnits
        }
        try checks.finish()
        scene.members = (base.members.filter { !leaving.contains($0) } + joining).sorted()
        switch alternative.rule {
        case .agreementRevision(let name):
            let parts = try AgreementRevisionName(name, field: field + ".agreement_revision")
            try caller.require(parts.consortium, field: field + ".agreement_revision")
            scene.revision = try AgreementRevision(
                serializedBytes: try await reader.agreementRevision(
                    parts.revision, of: parts.agreement, in: caller.consortium, name: name
                ).content)
        case .draft(let draft): scene.revision = draft
        case nil: if alternative.hasPeriod { scene.revision = try await revision(over: scene.period) }
        }
        return scene
    }
}

extension PartyFigures {
    fileprivate func restricted(to members: Set<PartyCode>) -> PartyFigures {
        let pairs = zip(quantities.parties, quantities.values).filter { members.contains($0.0) }
        return PartyFigures(Dictionary(uniqueKeysWithValues: pairs), source: source, otherSources: otherSources)
    }
}

extension FieldChecks {
    fileprivate mutating func parties(_ names: [String], field: String) -> [PartyCode] {
        names.enumerated().compactMap { index, name in
            let path = "\(field)[\(index)]"
            return id(name, in: "parties", field: path).flatMap { value(PartyCode.self, $0, field: path) }
        }
    }
}
