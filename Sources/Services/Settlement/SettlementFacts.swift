internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// What a settlement rests on, as known at one size of the consortium's and of the platform's register.
struct SettlementFacts {
    let task: SettlementTask
    let consortium: ConsortiumRow
    let charged: ChargedMembers
    /// Surrogates of those who are charged, of those in whose places they have come, and of everybody who was asked for
    /// something before, by code.
    private let partyIDs: [String: Int32]
    /// Their names on the last day, by code.
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
        guard let end = task.period.end else { throw Failure.missing("period.end") }
        let lastDay = end.adding(days: -1) ?? task.period.start
        consortium = try await reader.consortium(id, on: lastDay, knownAt: registerSize, name: task.caller.name)
        charged = try await ChargedMembers(
            of: id, over: task.period, knownAt: registerSize, platformSize: platformSize, reader)
        issued = try await reader.issuedItems(in: id, overlapping: task.period.start, end, knownAt: registerSize)
        let codes = charged.origins().map(\.text) + issued.map(\.partyCode)
        partyIDs = try await reader.partyIDs(Array(Set(codes)))
        names = try await reader.partyNames(Array(partyIDs.keys), on: lastDay, knownAt: platformSize)
        let calendar = try await PeriodCalendar(reader.periods(in: id, knownAt: registerSize))
        // A correction takes in what came too late for the settlement before it.
        let cutOff = task.kind == .correction ? nil : calendar.cutOff(of: task.period)
        usageSize = task.references?.usageSize ?? cutOff ?? registerSize
        let revisions = try await reader.agreementRevisions(of: task.agreement, in: id, knownAt: registerSize)
        revision = try SettlementFacts.revision(inForceOn: lastDay, of: task.agreementName, among: revisions)
        try SettlementFacts.requireCoverage(task.period, of: task.agreementName, by: revisions)
        items = try await reader.costItems(in: id, from: task.period.start, until: end, knownAt: registerSize)
        if task.advance == nil { try requirePoolsForAllItems() }
    }

    /// The last day that is settled.
    var lastDay: Domain.CivilDate { task.period.end?.adding(days: -1) ?? task.period.start }

    /// The parties that share the cost.
    var members: [PartyCode] { charged.parties }

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

    /// The revision that holds on a day; of several it is the latest.
    static func revision(
        inForceOn day: Domain.CivilDate, of agreement: String, among rows: [AgreementRevisionRow]
    ) throws -> AgreementRevision {
        let inForce = try rows.last { try $0.domainState.rules && $0.valid.contains(day) }
        guard let inForce else { throw noRevision(of: agreement, on: day) }
        return try AgreementRevision(serializedBytes: inForce.content)
    }

    /// Nothing is charged for a day on which nobody has agreed to it (V5).
    private static func requireCoverage(
        _ period: Domain.DateRange, of agreement: String, by rows: [AgreementRevisionRow]
    ) throws {
        var day = period.start
        while let end = period.end, day < end {
            let revision = try rows.last { try $0.domainState.rules && $0.valid.contains(day) }
            guard let revision else { throw noRevision(of: agreement, on: day) }
            guard let next = revision.validUntil else { return }
            day = next
        }
    }

    private static func noRevision(of agreement: String, on day: Domain.CivilDate) -> Failure {
        Failure(.noRevisionInForce, "\(agreement) has no revision in force on \(day); adopt one by a decision")
            .about("agreement", agreement).with("day", day.description)
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

    /// The figures that a pool's rule asks for, and what a treasurer should know about them.
    func inputs(
        for rule: PoolRule, reader: some Reader
    ) async throws -> (inputs: AllocationInputs, notes: [String]) {
        var notes: [String] = []
        var inputs = AllocationInputs(
            members: members, year: task.period.start.year, presence: charged.members.presence(revision.partialRule))
        for reference in try rule.rule.keyFigures(forYear: inputs.year) {
            inputs.keyFigures[reference] = try await figures(reference, reader)
        }
        let consortium = task.caller.consortium
        if let application = rule.ownedApplication {
            inputs.ownership = try await charged.ownership(
                of: application, in: consortium, knownAt: registerSize, reader)
        }
        for used in rule.usage {
            // What is calculated again trusts the records, and no sums that were kept beside them.
            let reading = try await UsageReading(
                used.metric, in: consortium, knownAt: usageSize, fromRecords: task.references != nil, reader)
            let usage = try await charged.usage(used, over: measuredPeriod, reading, reader)
            inputs.usage[used.measure] = usage.measured
            notes += usage.notes
        }
        inputs.publishedKeys = rule.publishedKeys
        return (inputs, notes)
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
        return try charged.figures(reference, of: members, from: rows)
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
