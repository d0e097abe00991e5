internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// What is between a consortium and a party that leaves, by the terms of the agreement in force on its last day.
struct ExitCalculation {
    private let task: SettlementTask
    private let facts: SettlementFacts
    private let exit: ExitSettlement
    private var statement: ExitStatement
    private let warnings: [String]

    /// `request` has the party's membership, the net assets and the obligations. Throws MISSING_FIELD, INVALID_FIELD or
    /// INVALID_STATE.
    init(_ request: ExitStatement, of task: SettlementTask, reader: some Reader) async throws {
        self.task = task
        facts = try await SettlementFacts(task: task, reader: reader)
        let code = try ResourceName.ids(
            request.membership, in: ["consortia", "memberships"], field: "exit.membership")[1]
        let party = try PartyCode(code, field: "party")
        let terms = facts.revision.leaving
        if terms.basis != .none, !request.hasNetAssets { throw Failure.missing("net_assets") }
        let share = try await ExitShareReading(facts: facts, task: task, reader: reader).share(of: party, terms)
        exit = try ExitSettlement(
            of: party, openItems: [:], netAssets: terms.shared(request.netAssets.minorUnits), share: share.share,
            obligations: request.obligations.map { ($0.description_p, $0.amount.minorUnits) })
        var statement = request
        statement.exitDate = API.CivilDate(task.period.end ?? task.period.start)
        statement.share = API.Fraction(share.share)
        statement.shareBasis = share.basis
        self.statement = statement
        warnings = try await ExitCalculation.unsettled(task, facts, reader)
        try await add(reader, partyID: facts.partyID("parties/" + code))
    }

    /// What is still to come by documents that were issued, and the sums.
    private mutating func add(_ reader: some Reader, partyID: Int32) async throws {
        let exitDay = task.period.end ?? task.period.start
        var remaining = Int128(0)
        statement.remainingInstalments = []
        for bytes in try await reader.documents(
            to: partyID, in: task.caller.consortium, knownAt: facts.registerSize)
        {
            let document = try Document(serializedBytes: bytes)
            for instalment in document.instalments {
                var checks = FieldChecks()
                guard let due = checks.date(instalment.dueDate, isSet: true, field: "due_date"), due >= exitDay else {
                    continue
                }
                statement.remainingInstalments.append(
                    .with {
                        ($0.document, $0.dueDate, $0.amount) = (document.name, instalment.dueDate, instalment.amount)
                    })
                remaining += Int128(instalment.amount.minorUnits)
            }
        }
        guard let balance = Int64(exactly: Int128(exit.total) + remaining) else {
            throw Failure(.outOfRange, "the balance of the exit is too large to be stored")
        }
        statement.part = money(netAssetsPart)
        (statement.claim, statement.balance) = (money(exit.total), money(balance))
    }

    private var netAssetsPart: Int64 {
        for case .netAssets(_, _, let amount) in exit.lines { return amount }
        return 0
    }

    /// The statement as a settlement with one line.
    func result() throws -> SettlementTask.Result {
        var message = task.header(facts)
        message.exit = statement
        message.warnings = warnings
        message.total = money(exit.total)
        var line = SettlementLine()
        line.party = "parties/" + exit.party.text
        (line.amount, line.issuedBefore, line.difference) = (money(exit.total), money(0), money(exit.total))
        line.components = exit.lines.map(component)
        line.explanation = explanation
        message.lines = [line]
        let row = SettlementLineRow(
            pool: 0, partyID: facts.partyID(line.party), amount: exit.total, content: try line.serializedBytes())
        return SettlementTask.Result(message: message, rows: [row])
    }

    private func component(_ line: ExitSettlement.Line) -> SettlementLineComponent {
        var component = SettlementLineComponent()
        (component.weight.numerator, component.weight.denominator) = (1, 1)
        component.ratio.denominator = 1
        component.amount = money(line.amount)
        component.source = facts.revision.name
        switch line {
        case .netAssets(let share, let assets, _):
            component.key = "share of the \(assets < 0 ? "deficit" : "assets"), \(statement.shareBasis)"
            component.ratio = API.Fraction(share)
        case .obligation(let what, _): component.key = what
        case .open(let item, _): component.key = "open: \(item.pool)"
        }
        return component
    }

    private var explanation: String {
        let name = facts.name(of: "parties/" + exit.party.text)
        let day = task.period.end ?? task.period.start
        var parts: [String] = []
        for line in exit.lines {
            switch line {
            case .netAssets(let share, let assets, let amount):
                let what =
                    assets < 0
                    ? "bears \(facts.text(amount)) of the deficit of \(facts.text(-assets))"
                    : "gets \(facts.text(-amount)) of the assets of \(facts.text(assets))"
                parts.append("\(what), \(statement.shareBasis) (\(share))")
            case .obligation(let what, let amount): parts.append("owes \(facts.text(amount)) for \(what)")
            case .open(let item, let amount): parts.append("owes \(facts.text(amount)) for \(item.pool)")
            }
        }
        if parts.isEmpty { parts = ["neither gets nor bears anything"] }
        var text = "\(name), which is no member from \(day) on, \(parts.joined(separator: ", and "))."
        let remaining = statement.balance.minorUnits - statement.claim.minorUnits
        if remaining != 0 {
            text += " Instalments of \(facts.text(remaining)) that were asked for before stay due as they are."
        }
        return text
    }

    /// Days of the membership that no issued settlement covers yet.
    private static func unsettled(
        _ task: SettlementTask, _ facts: SettlementFacts, _ reader: some Reader
    ) async throws -> [String] {
        let rows = try await reader.settlements(
            of: task.agreement, in: task.caller.consortium, endingBy: .latest, knownAt: facts.registerSize)
        let final = [SettlementKind.final.rawValue, SettlementKind.correction.rawValue]
        let isSettled = rows.contains { row in
            final.contains(Int(row.kind)) && row.state == Int16(API.SettlementState.issued.rawValue)
                && row.start <= facts.lastDay && facts.lastDay < row.end
        }
        return isSettled
            ? []
            : [
                "the period of \(facts.lastDay) is not settled yet; what the party owes for it comes by that"
            ]
    }

    private func money(_ amount: Int64) -> API.Money {
        var money = API.Money()
        money.minorUnits = amount
        money.currency = facts.consortium.currency
        return money
    }
}

/// The share that an agreement gives to a party that leaves.
private struct ExitShareReading<Source: Reader> {
    let facts: SettlementFacts
    let task: SettlementTask
    let reader: Source

    func share(of party: PartyCode, _ terms: Domain.ExitTerms) async throws -> (share: Domain.Fraction, basis: String) {
        switch terms.basis {
        case .none: return (.zero, "")
        case .ownership(let application):
            let owners = try await OwnershipShares(
                of: application, on: facts.lastDay, in: task.caller.consortium, knownAt: facts.registerSize, reader)
            return (owners.share(of: party), "by ownership of \(application) on \(facts.lastDay)")
        case .lastSettlement: return try await lastSettlement(party)
        }
    }

    private func lastSettlement(_ party: PartyCode) async throws -> (share: Domain.Fraction, basis: String) {
        let rows = try await reader.settlements(
            of: task.agreement, in: task.caller.consortium, endingBy: .latest, knownAt: facts.registerSize)
        let final = [SettlementKind.final.rawValue, SettlementKind.correction.rawValue]
        let last = rows.last { row in
            final.contains(Int(row.kind)) && row.state == Int16(API.SettlementState.issued.rawValue)
                && row.start <= facts.lastDay
        }
        guard let last else {
            throw Failure(
                .invalidState, "no settlement of \(task.agreementName) has been issued, by which a share could be found"
            )
            .about("agreement", task.agreementName)
        }
        let sums = try await reader.settlementSums(of: last.code, in: task.caller.consortium)
        let own = sums.filter { $0.party == party.text }.reduce(Int128(0)) { $0 + Int128($1.amount) }
        let total = sums.reduce(Int128(0)) { $0 + Int128($1.amount) }
        guard let part = Int64(exactly: own), let whole = Int64(exactly: total),
            let share = Domain.Fraction(part, whole), share.isShare
        else {
            throw Failure(.invalidState, "the last settlement \(last.code) shows no share of \(party) between 0 and 1")
        }
        return (share, "by the settlement \(last.code)")
    }
}

extension Domain.CivilDate {
    /// Later than any day of a settlement.
    fileprivate static var latest: Domain.CivilDate { Domain.CivilDate(year: 9999, month: 12, day: 31)! }
}
