internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// What parties would pay under alternatives. What is read is kept by what it is, so that ten alternatives over the
/// same facts read them once.
final class Simulation {
    private struct UsageKey: Hashable {
        let metric: String
        let measure: UsageMeasure
        let period: Domain.DateRange
    }
    private struct FigureKey: Hashable {
        let reference: KeyFigureReference
        let period: Domain.DateRange
    }
    private struct OwnerKey: Hashable {
        let application: String
        let period: Domain.DateRange
    }

    private let caller: Participant
    private let reader: ReportReader
    private let agreement: String
    private let consortium: ConsortiumRow
    private let sizes: SettlementTask.References
    private let joining: [PartyCode]
    private var members: [Domain.DateRange: ChargedMembers] = [:]
    private var figures: [FigureKey: PartyFigures] = [:]
    private var usages: [UsageKey: AllocationInputs.Measured] = [:]
    private var owners: [OwnerKey: OwnershipShares] = [:]
    private var items: [Domain.DateRange: [CostItemRow]] = [:]
    private var revisions: [AgreementRevisionRow]?

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
        consortium = try await reader.consortium(
            caller.consortium, on: period.end?.adding(days: -1) ?? period.start, knownAt: size, name: caller.name)
        self.joining = try await reader.partyIDs(joining).keys.sorted().map { try PartyCode($0, field: "joining") }
    }

    /// One state of affairs: rules, days, members and costs.
    struct Scene {
        var revision: AgreementRevision
        var period: Domain.DateRange
        /// Those who are charged for the period as things stand.
        var charged: ChargedMembers
        /// Those who would be.
        var members: [PartyCode]
        var costs: [CostPool: Int64] = [:]
    }

    func scene(over period: Domain.DateRange) async throws -> Scene {
        let charged = try await charged(over: period)
        return Scene(
            revision: try await revision(over: period), period: period, charged: charged, members: charged.parties)
    }

    private func charged(over period: Domain.DateRange) async throws -> ChargedMembers {
        if let known = members[period] { return known }
        let read = try await ChargedMembers(
            of: caller.consortium, over: period, knownAt: sizes.registerSize, platformSize: sizes.platformSize, reader)
        members[period] = read
        return read
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
            allocations[pool.pool] = try await Simulation.allocate(
                amount, try scene.charged.rule(rule.rule), try await inputs(rule, scene))
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
        var inputs = AllocationInputs(
            members: scene.members, year: scene.period.start.year,
            presence: scene.charged.members.presence(scene.revision.partialRule))
        for reference in try rule.rule.keyFigures(forYear: inputs.year) {
            inputs.keyFigures[reference] = try await figures(reference, scene)
        }
        if let application = rule.ownedApplication {
            inputs.ownership = try await ownership(of: application, scene)
        }
        for used in rule.usage {
            let measured = try await usage(used, scene)
            // Who would leave has used something as things stand, and nothing under the alternative.
            inputs.usage[used.measure] = AllocationInputs.Measured(
                unit: measured.unit, measured.figures.restricted(to: Set(scene.members)))
        }
        inputs.publishedKeys = rule.publishedKeys
        return inputs
    }

    /// Figures of everybody who is or might be charged.
    func figures(_ reference: KeyFigureReference, _ scene: Scene) async throws -> PartyFigures {
        let key = FigureKey(reference: reference, period: scene.period)
        if let known = figures[key] { return known }
        let ids = try await reader.partyIDs(scene.charged.origins(with: joining).map(\.text))
        let rows = try await reader.keyFigures(
            kind: Int16(API.KeyFigureKind(reference.kind).rawValue), on: reference.day,
            parties: Array(ids.values), knownAt: sizes.platformSize)
        let read = try scene.charged.figures(reference, of: scene.charged.parties + joining, from: rows)
        figures[key] = read
        return read
    }

    private func usage(_ used: PoolRule.NamedUsage, _ scene: Scene) async throws -> AllocationInputs.Measured {
        let key = UsageKey(metric: used.metric, measure: used.measure, period: scene.period)
        if let known = usages[key] { return known }
        let reading = try await UsageReading(used.metric, in: caller.consortium, knownAt: sizes.usageSize, reader)
        let measured = try await scene.charged.usage(used, over: scene.period, reading, reader).measured
        usages[key] = measured
        return measured
    }

    private func ownership(of application: String, _ scene: Scene) async throws -> OwnershipShares {
        let key = OwnerKey(application: application, period: scene.period)
        if let known = owners[key] { return known }
        let shares = try await scene.charged.ownership(
            of: application, in: caller.consortium, knownAt: sizes.registerSize, reader)
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
        let rows: [AgreementRevisionRow]
        if let known = revisions {
            rows = known
        } else {
            rows = try await reader.agreementRevisions(
                of: agreement, in: caller.consortium, knownAt: sizes.registerSize)
            revisions = rows
        }
        return try SettlementFacts.revision(
            inForceOn: period.end?.adding(days: -1) ?? period.start, of: "\(caller.name)/agreements/\(agreement)",
            among: rows)
    }

    /// The usage of the first component that goes by usage, as the number of cases.
    func cases(_ scene: Scene) async throws -> PartyFigures? {
        for pool in scene.revision.pools {
            guard let used = try PoolRule(pool, field: "pool", currency: consortium.currency).usage.first else {
                continue
            }
            return try await usage(used, scene).figures
        }
        return nil
    }

    /// The scene that an alternative makes of things as they stand.
    func scene(_ alternative: SimulatedAlternative, from base: Scene, field: String) async throws -> Scene {
        var scene = base
        var checks = FieldChecks()
        if alternative.hasPeriod,
            let period = checks.range(alternative.period, isSet: true, needsEnd: true, field: field + ".period")
        {
            (scene.period, scene.charged) = (period, try await charged(over: period))
        }
        let members = scene.charged.parties
        let joining = checks.parties(alternative.joining, field: field + ".joining")
        let leaving = checks.parties(alternative.leaving, field: field + ".leaving")
        for (index, party) in joining.enumerated() where members.contains(party) || !self.joining.contains(party) {
            checks.invalid("\(field).joining[\(index)]", "must be a registered party that is no member, not \(party)")
        }
        for (index, party) in leaving.enumerated() where !members.contains(party) {
            checks.invalid("\(field).leaving[\(index)]", "must be a member, not \(party)")
        }
        for (index, cost) in alternative.costs.enumerated() {
            checks.enumeration(cost.pool, field: "\(field).costs[\(index)].pool")
            scene.costs[cost.pool] = cost.cost.minorUnits
        }
        try checks.finish()
        scene.members = (members.filter { !leaving.contains($0) } + joining).sorted()
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
