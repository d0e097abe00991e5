internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// A settlement to be calculated: what it rests on is read at one size of the registers and named in the result, so
/// that the same calculation can be made again years later.
struct SettlementTask {
    /// The sizes at which everything is read: the consortium's register, usage in it, and the platform's.
    struct References {
        let registerSize: Int64
        let usageSize: Int64
        let platformSize: Int64
    }

    let caller: Participant
    let code: String
    let agreement: String
    let period: Domain.DateRange
    var kind = SettlementKind.final
    /// Of a correction: resource name of the settlement it comes after.
    var corrects = ""
    /// Of an advance: what it is calculated from.
    var advance: AdvanceBasis?
    /// Of an exit: what the coordination office has said about it.
    var exit: ExitStatement?
    /// Where a settlement is calculated again; nil reads what is known now.
    var references: References?

    var agreementName: String { "\(caller.name)/agreements/\(agreement)" }

    /// The settlement as it is answered and as it is stored.
    struct Result {
        var message: Settlement
        var rows: [SettlementLineRow]
    }

    func calculate(with reader: some Reader) async throws -> Result {
        if let exit { return try await ExitCalculation(exit, of: self, reader: reader).result() }
        let facts = try await SettlementFacts(task: self, reader: reader)
        let prior = try PriorCharges(facts)
        var message = header(facts)
        var notes: [String] = []
        for pool in facts.revision.pools {
            let part = try await part(of: pool, prior, facts, reader)
            message.lines += part.lines
            if let balance = part.balance { message.balances.append(balance) }
            for note in part.notes where !notes.contains(note) { notes.append(note) }
        }
        message.balances.sort { $0.pool.rawValue < $1.pool.rawValue }
        try prior.complete(&message, facts)
        message.warnings = prior.warnings(message, facts) + notes
        message.total.minorUnits = try message.lines.reduce(Int64(0)) { total, line in
            let (sum, overflow) = total.addingReportingOverflow(line.amount.minorUnits)
            if overflow { throw Failure(.outOfRange, "the settlement's total is too large") }
            return sum
        }
        let rows = try message.lines.map { line in
            SettlementLineRow(
                pool: Int16(line.pool.rawValue), partyID: facts.partyID(line.party), amount: line.amount.minorUnits,
                content: try line.serializedBytes())
        }
        return Result(message: message, rows: rows)
    }

    /// What one pool adds to a settlement.
    private struct Part {
        var lines: [SettlementLine]
        var balance: PoolBalance?
        var notes: [String] = []
    }

    private func part(
        of pool: PoolAllocation, _ prior: PriorCharges, _ facts: SettlementFacts, _ reader: some Reader
    ) async throws -> Part {
        let cost: Int64
        switch advance?.basis {
        case .lastSettlement(let name):
            return Part(lines: try await provisionalLines(of: pool, at: name, facts, reader))
        case .budget(let budget): cost = budget.pools.first { $0.pool == pool.pool }?.need.minorUnits ?? 0
        case nil: cost = try facts.borne(by: pool.pool)
        }
        guard pool.balance == .carryForward else {
            return try await allocatedPart(of: pool, amount: cost, facts, reader)
        }
        let opening = try await CarriedBalance(of: pool.pool, before: self, facts, reader)
        if let issued = try prior.total(of: pool.pool) {
            let account = try PoolAccount(opening: opening.amount, cost: cost, charged: issued)
            return Part(
                lines: prior.linesAsIssued(of: pool.pool, facts), balance: opening.balance(account, pool.pool, facts))
        }
        let account = try PoolAccount(opening: opening.amount, cost: cost)
        var part = try await allocatedPart(of: pool, amount: account.charged, facts, reader)
        part.balance = opening.balance(account, pool.pool, facts)
        return part
    }

    private func allocatedPart(
        of pool: PoolAllocation, amount: Int64, _ facts: SettlementFacts, _ reader: some Reader
    ) async throws -> Part {
        let rule = try PoolRule(pool, field: "pool", currency: facts.consortium.currency)
        let (inputs, notes) = try await facts.inputs(for: rule, reader: reader)
        let allocation = try await allocate(amount, try facts.charged.rule(rule.rule), inputs)
        let lines = try allocation.lines.map { line in
            try SettlementLine(line, of: allocation, pool: pool.pool, facts: facts)
        }
        return Part(lines: lines, notes: notes)
    }

    /// Thousands of members take milliseconds: not on the event loop.
    @concurrent
    private func allocate(
        _ amount: Int64, _ rule: AllocationRule, _ inputs: AllocationInputs
    ) async throws -> Allocation {
        try Allocation(of: amount, by: rule, inputs)
    }

    /// The rates of the last settlement, allocated once more as it was, times the key figures of now.
    private func provisionalLines(
        of pool: PoolAllocation, at name: String, _ facts: SettlementFacts, _ reader: some Reader
    ) async throws -> [SettlementLine] {
        let last = try await SettlementTask.stored(name, field: "advance.last_settlement", caller, reader)
        let lastFacts = try await SettlementFacts(task: last, reader: reader)
        guard let lastPool = lastFacts.revision.pools.first(where: { $0.pool == pool.pool }) else { return [] }
        let rule = try PoolRule(lastPool, field: "pool", currency: lastFacts.consortium.currency)
        let allocation = try await allocate(
            try lastFacts.borne(by: pool.pool), try lastFacts.charged.rule(rule.rule),
            try await lastFacts.inputs(for: rule, reader: reader).inputs)
        var figures: [KeyFigureReference: PartyFigures] = [:]
        for reference in try rule.rule.keyFigures(forYear: period.start.year) {
            figures[reference] = try await facts.figures(reference, reader)
        }
        let levy = try ProvisionalLevy(
            at: allocation, members: facts.members, year: period.start.year, keyFigures: figures)
        return levy.lines.map { SettlementLine($0, pool: pool.pool, last: name, facts: facts) }
    }

    /// A stored settlement as a task that calculates it again from what it rests on.
    static func stored(
        _ name: String, field: String, _ caller: Participant, _ reader: some Reader
    ) async throws -> SettlementTask {
        let ids = try ResourceName.ids(name, in: ["consortia", "settlements"], field: field)
        try caller.require(ids[0], field: field)
        return try SettlementTask(
            of: try await reader.settlement(ids[1], in: caller.consortium, name: name), caller: caller)
    }

    func header(_ facts: SettlementFacts) -> Settlement {
        var message = Settlement()
        message.name = "\(caller.name)/settlements/\(code)"
        message.period = API.DateRange(period)
        message.agreementRevision = facts.revision.name
        message.registerSize = facts.registerSize
        message.platformRegisterSize = facts.platformSize
        message.usageRegisterSize = facts.usageSize
        message.total.currency = facts.consortium.currency
        message.state = .calculated
        message.kind = kind
        message.corrects = corrects
        message.vatTreatment = facts.revision.vatTreatment
        if let advance { message.advance = advance }
        return message
    }
}

extension SettlementTask {
    /// The task that calculates a stored settlement again, at the sizes that it names.
    init(of row: SettlementRow, caller: Participant) throws {
        let head = try Settlement(serializedBytes: row.head)
        self.init(
            caller: caller, code: row.code, agreement: row.agreement,
            period: try Domain.DateRange(row.start, row.end, field: "period"), kind: head.kind,
            corrects: head.corrects, advance: head.hasAdvance ? head.advance : nil,
            exit: head.hasExit ? head.exit : nil,
            references: References(
                registerSize: head.registerSize, usageSize: head.usageRegisterSize,
                platformSize: head.platformRegisterSize))
    }

    /// The row of a result that is recorded at a position.
    func row(_ message: Settlement, at position: Int64) throws -> SettlementRow {
        var head = message
        head.lines = []
        return SettlementRow(
            code: code, kind: Int16(kind.rawValue), agreement: agreement, start: period.start,
            end: period.end ?? period.start, head: try head.serializedBytes(),
            state: Int16(API.SettlementState.calculated.rawValue), position: position)
    }
}
