internal import API
internal import Domain
internal import Store

/// Who is charged for a period, and in whose place: everybody who is a member on a day of it (V5), and for parties that
/// have ended by its last day whoever has come in their places; as known at one size of both registers.
struct ChargedMembers {
    let succession: Succession
    /// Those who are charged, each on its days.
    let members: PeriodMembers
    /// The members as the consortium has them, each on its days.
    private let recorded: PeriodMembers

    /// Throws INVALID_STATE for a member that was split and is none any more.
    init(
        of consortium: Int32, over period: Domain.DateRange, knownAt size: Int64, platformSize: Int64,
        _ reader: some Reader
    ) async throws {
        let history = try MunicipalHistory(
            try await reader.municipalChanges(knownAt: platformSize).map(\.change))
        succession = Succession(history, on: period.end?.adding(days: -1) ?? period.start)
        var memberships: [(party: PartyCode, days: Domain.DateRange)] = []
        for row in try await reader.memberships(in: consortium, knownAt: size) {
            guard let start = row.validFrom else { continue }
            let days = try Domain.DateRange(start, row.validUntil, field: "membership")
            if days.overlaps(period) { memberships.append((try PartyCode(row.partyCode, field: "members"), days)) }
        }
        recorded = PeriodMembers(memberships, in: period)
        members = PeriodMembers(try succession.charged(memberships), in: period)
    }

    /// Those who are charged, by ascending code.
    var parties: [PartyCode] { members.parties }

    /// Whether a party is a member on a day of the period, or is charged for one.
    func contains(_ party: PartyCode) -> Bool { members.days[party] != nil || recorded.days[party] != nil }

    /// Everybody whose figures can be asked for: the parties and those in whose places they have come.
    func origins(with others: [PartyCode] = []) -> [PartyCode] { succession.origins(of: parties + others) }

    /// A rule with whoever is charged in the place of parties that have ended.
    func rule(_ rule: AllocationRule) throws -> AllocationRule {
        try rule.following(succession, members: recorded.parties)
    }

    /// The key figures of parties as they count for the period. Whoever has none is left out.
    func figures(
        _ reference: KeyFigureReference, of parties: [PartyCode], from rows: [KeyFigureRow]
    ) throws -> PartyFigures {
        var known: [PartyCode: KeyFigureValue] = [:]
        for row in rows {
            let value = try KeyFigureValue(row, of: reference)
            known[value.party] = value
        }
        var quantities: [PartyCode: Quantity] = [:]
        var sources: [PartyCode: String] = [:]
        for party in parties {
            guard let figure = try succession.figure(of: party, on: reference.day, own: { known[$0] }) else { continue }
            quantities[party] = figure.quantity
            if !figure.source.isEmpty { sources[party] = figure.source }
        }
        return PartyFigures(quantities, otherSources: sources)
    }

    /// Who owns an application on the last day, with whoever is charged in the place of owners that have ended.
    func ownership(
        of application: String, in consortium: Int32, knownAt size: Int64, _ reader: some Reader
    ) async throws -> OwnershipShares {
        let owners = try await OwnershipShares(
            of: application, on: succession.day, in: consortium, knownAt: size, reader)
        let shares = try succession.charged(owners.shares.map { ($0.party, $0.share) })
        return try OwnershipShares(shares.map { Share(party: $0.key, share: $0.value) })
    }

    private typealias Share = OwnershipShares.Share

    /// What counts of a metric. Usage of the period itself counts as far as a party was a member when it used
    /// something; what goes beyond is told in `notes`. Of other days it is a key like any other, among those who are
    /// charged.
    func usage(
        _ used: PoolRule.NamedUsage, over measured: Domain.DateRange, _ reading: UsageReading, _ reader: some Reader
    ) async throws -> (measured: AllocationInputs.Measured, notes: [String]) {
        let days = try used.measure.window.days(for: measured)
        var quantities = try await reading.quantities(over: days, reader)
        var notes: [String] = []
        if days == members.period {
            for party in recorded.partial {
                guard let all = quantities[party] else { continue }
                let own = try await reading.quantity(of: party, on: recorded.days[party] ?? [], reader)
                quantities[party] = own
                guard own?.units != all.units else { continue }
                notes.append(
                    "of the \(all.grouped) \(reading.unit) of \(party), \((own ?? Quantity(0)).grouped) count: those "
                        + "while it was a member")
            }
            return (
                AllocationInputs.Measured(unit: reading.unit, PartyFigures(try succession.charged(quantities))), notes
            )
        }
        let charged = try succession.charged(quantities).filter { members.days[$0.key] != nil }
        return (AllocationInputs.Measured(unit: reading.unit, PartyFigures(charged)), [])
    }
}

extension KeyFigureValue {
    /// A stored figure of the day that was asked for.
    init(_ row: KeyFigureRow, of reference: KeyFigureReference) throws {
        try self.init(
            party: try PartyCode(row.partyCode, field: "key_figure.party"), reference: reference,
            quantity: try Quantity(units: row.value, scale: reference.kind.storedScale, field: "key_figure.value"),
            status: Status(API.KeyFigureStatus(rawValue: Int(row.status)) ?? .unspecified), source: row.source,
            published: row.publishedOn)
    }
}

extension KeyFigureValue.Status {
    /// What is stored has a status; one that is unknown here is not firm.
    init(_ status: API.KeyFigureStatus) {
        switch status {
        case .final: self = .final
        case .revised: self = .revised
        case .provisional, .unspecified, .UNRECOGNIZED: self = .provisional
        }
    }
}
