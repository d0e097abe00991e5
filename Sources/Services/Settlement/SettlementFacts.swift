internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// What a settlement rests on, as known at one size of the consortium's and of the platform's register.
struct SettlementFacts {
    let task: SettlementTask
    let consortium: ConsortiumRow
    /// Surrogates of the members, and of everybody who was asked for something before, by code.
    private let partyIDs: [String: Int32]
    /// Their names, by code.
    private let names: [String: String]
    /// What documents have asked for periods that have a day of this one.
    let issued: [IssuedItemRow]
    let registerSize: Int64
    let platformSize: Int64
    /// Up to which size of the consortium's register usage counts: where the days are closed, that at their closing.
    let usageSize: Int64
    /// The revision in force on the last day of the period.
    let revision: AgreementRevision
    private let items: [CostItemRow]

    init(task: SettlementTask, reader: some Reader) async throws {
        self.task = task
        let id = task.caller.consortium
        registerSize = try await task.references.resolved(\.registerSize) { try await reader.registerSize(id) }
        platformSize = try await task.references.resolved(\.platformSize) {
            try await reader.registerSize(Store.platformRegister)
        }
        // Only who is a member on the last day shares the cost.
        consortium = try await reader.consortium(
            id, on: task.period.end?.adding(days: -1) ?? task.period.start, knownAt: registerSize,
            name: task.caller.name)
        guard let end = task.period.end else { throw Failure.missing("period.end") }
        issued = try await reader.issuedItems(in: id, overlapping: task.period.start, end, knownAt: registerSize)
        let codes = consortium.members.map(\.partyCode) + issued.map(\.partyCode)
        partyIDs = try await reader.partyIDs(Array(Set(codes)))
        names = try await reader.partyNames(Array(partyIDs.keys))
        let calendar = try await PeriodCalendar(reader.periods(in: id, knownAt: registerSize))
        // A correction takes in what came too late for the settlement before it.
        let cutOff = task.kind == .correction ? nil : calendar.cutOff(of: task.period)
        usageSize = task.references?.usageSize ?? cutOff ?? registerSize
        revision = try await SettlementFacts.revisionInForce(task, knownAt: registerSize, reader)
        items = try await reader.costItems(in: id, from: task.period.start, until: end, knownAt: registerSize)
        if task.advance == nil { try requirePoolsForAllItems() }
    }

    /// The last day that is settled.
    var lastDay: Domain.CivilDate { task.period.end?.adding(days: -1) ?? task.period.start }

    /// The members that share the cost.
    var members: [PartyCode] {
        get throws { try consortium.members.map { try PartyCode($0.partyCode, field: "members") } }
    }

    /// Surrogate of a party, parties/{party_code}.
    func partyID(_ party: String) -> Int32 { partyIDs[String(party.dropFirst("parties/".count))] ?? 0 }

    /// Name for people of a party, parties/{party_code}.
    func name(of party: String) -> String {
        let code = String(party.dropFirst("parties/".count))
        return names[code] ?? code
    }

    /// `39,051.92 EUR`.
    func text(_ amount: Int64) -> String {
        guard let currency = try? Currency(consortium.currency, field: "currency") else { return String(amount) }
        return Domain.Money(minorUnits: amount, currency: currency).description
    }

    /// The revision that holds on the last day of the period; of several it is the latest.
    static func revisionInForce(
        _ task: SettlementTask, knownAt size: Int64, _ reader: some Reader
    ) async throws -> AgreementRevision {
        let rows = try await reader.agreementRevisions(
            of: task.agreement, in: task.caller.consortium, knownAt: size)
        let day = task.period.end?.adding(days: -1) ?? task.period.start
        let inForce = try rows.last { try $0.domainState.rules && $0.valid.contains(day) }
        guard let inForce else {
            throw Failure(
                .noRevisionInForce, "\(task.agreementName) has no revision in force on \(day); adopt one by a decision"
            )
            .about("agreement", task.agreementName)
        }
        return try AgreementRevision(serializedBytes: inForce.content)
    }

    /// Costs that no pool of the agreement covers would silently stay with nobody.
    private func requirePoolsForAllItems() throws {
        let covered = Set(revision.pools.map { Int16($0.pool.rawValue) })
        if let item = items.first(where: { !covered.contains($0.pool) }) {
            throw Failure(
                .infeasibleRule, "cost item \(item.code) is booked to a pool that \(revision.name) does not allocate"
            ).about("agreement revision", revision.name)
        }
    }

    /// What a pool bears.
    func borne(by pool: CostPool) throws -> Int64 { try items.borne(by: pool) }

    /// The figures that a pool's rule asks for.
    func inputs(for rule: PoolRule, reader: some Reader) async throws -> AllocationInputs {
        var inputs = AllocationInputs(members: try members, year: task.period.start.year)
        for reference in try rule.rule.keyFigures(forYear: inputs.year) {
            inputs.keyFigures[reference] = try await figures(reference, reader)
        }
        let consortium = task.caller.consortium
        if let application = rule.ownedApplication {
            inputs.ownership = try await OwnershipShares(
                of: application, on: lastDay, in: consortium, knownAt: registerSize, reader)
        }
        for used in rule.usage {
            let days = try used.measure.window.days(for: try measuredPeriod)
            inputs.usage[used.measure] = try await AllocationInputs.Measured(
                used.metric, over: days, in: consortium, knownAt: usageSize,
                // What is calculated again trusts the records, and no sums that were kept beside them.
                fromRecords: task.references != nil, reader)
        }
        inputs.publishedKeys = rule.publishedKeys
        return inputs
    }

    /// The days whose usage stands for the period's: of an advance those of a year before, since nothing was used yet.
    private var measuredPeriod: Domain.DateRange {
        get throws {
            guard task.advance != nil, let end = task.period.end?.adding(months: -12),
                let start = task.period.start.adding(months: -12)
            else { return task.period }
            return try Domain.DateRange(start, end, field: "period")
        }
    }

    func figures(_ reference: KeyFigureReference, _ reader: some Reader) async throws -> PartyFigures {
        let rows = try await reader.keyFigures(
            kind: Int16(API.KeyFigureKind(reference.kind).rawValue), on: reference.day,
            parties: Array(partyIDs.values), knownAt: platformSize)
        return try PartyFigures(rows, of: reference)
    }
}

extension SettlementTask.References? {
    /// A size that is given, or the one of now.
    fileprivate func resolved(
        _ size: KeyPath<SettlementTask.References, Int64>, now: () async throws -> Int64
    ) async throws -> Int64 {
        guard let references = self else { return try await now() }
        return references[keyPath: size]
    }
}
