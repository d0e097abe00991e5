internal import API
internal import Domain
internal import Terminal

/// A settlement that explains itself: a line for each party, below it one for each component, and totals.
enum SettlementTable {
    static func text(_ settlement: Settlement, names: [String: String]) -> String {
        var text = "Settlement \(Names.short(settlement.name)) of \(Words.period(settlement.period)), by "
        text += Names.shortRevision(settlement.agreementRevision)
        text += state(settlement)
        text += "\nrests on the register up to \(settlement.registerSize) entries and on the platform's up to "
        text += "\(settlement.platformRegisterSize)\n"
        if settlement.hasExit { return text + exit(settlement.exit) + notes(settlement) }
        var pool = CostPool.unspecified
        var lines: [SettlementLine] = []
        for line in settlement.lines {
            if line.pool != pool, !lines.isEmpty {
                text += "\n" + part(pool, lines, names)
                lines = []
            }
            pool = line.pool
            lines.append(line)
        }
        if !lines.isEmpty { text += "\n" + part(pool, lines, names) }
        text += "\nTotal of all pools: \(Words.money(settlement.total))\n"
        return text + balances(settlement) + changes(settlement, names) + notes(settlement)
    }

    private static func notes(_ settlement: Settlement) -> String {
        settlement.warnings.map { "Note: \($0)\n" }.joined()
    }

    /// What was left over or lacking before, and is now.
    private static func balances(_ settlement: Settlement) -> String {
        if settlement.balances.isEmpty { return "" }
        var table = Table(
            .text("carried forward"), .number("from before"), .number("asked for"), .number("cost"),
            .number("to the next period"))
        for balance in settlement.balances {
            table.add(
                Choice.text(balance.pool), Words.money(balance.opening), Words.money(balance.charged),
                Words.money(balance.cost), Words.money(balance.closing))
        }
        return "\n" + table.text
    }

    /// What is between a consortium and a party that leaves.
    private static func exit(_ exit: ExitStatement) -> String {
        var table = Table(.text("exit on \(Words.day(exit.exitDate))"), .text("due"), .number("amount"))
        let assets = "\(Words.fraction(exit.share)) of \(Words.money(exit.netAssets)) \(exit.shareBasis)"
        if exit.part.minorUnits != 0 { table.add(assets, "", Words.money(exit.part)) }
        for obligation in exit.obligations { table.add(obligation.description_p, "", Words.money(obligation.amount)) }
        table.addTotals("Asked for by this settlement", "", Words.money(exit.claim))
        for instalment in exit.remainingInstalments {
            table.add(
                "instalment of \(Names.short(instalment.document))", Words.day(instalment.dueDate),
                Words.money(instalment.amount))
        }
        table.addTotals("In all", "", Words.money(exit.balance))
        return "\n" + table.text
    }

    /// `, CALCULATED`, and of a correction what it comes after.
    private static func state(_ settlement: Settlement) -> String {
        var text = settlement.state == .unspecified ? "" : ", \(Choice.text(settlement.state))"
        if settlement.kind == .advance { text += ", in advance" }
        if settlement.kind == .exit { text += ", exit" }
        if !settlement.corrects.isEmpty { text += ", correcting \(Names.short(settlement.corrects))" }
        return text
    }

    /// What was asked for before and what is left; nothing where all of it is new.
    private static func changes(_ settlement: Settlement, _ names: [String: String]) -> String {
        guard settlement.lines.contains(where: { $0.issuedBefore.minorUnits != 0 }) else { return "" }
        var table = Table(
            .text("party"), .text("pool"), .number("asked for before"), .number("now"), .number("difference"))
        for line in settlement.lines {
            let name = names[line.party].map { " " + $0 } ?? ""
            table.add(
                Names.short(line.party) + name, Choice.text(line.pool), Words.money(line.issuedBefore),
                Words.money(line.amount), Words.money(line.difference))
        }
        return "\n" + table.text
    }

    private static func part(_ pool: CostPool, _ lines: [SettlementLine], _ names: [String: String]) -> String {
        var table = Table(
            .text("pool \(Choice.text(pool))"), .number("weight"), .number("quantity"),
            .text("unit"),
            .number("ratio"), .number("amount"))
        for line in lines {
            let name = names[line.party].map { " " + $0 } ?? ""
            table.add(Names.short(line.party) + name, "", "", "", "", Words.money(line.amount))
            for component in line.components {
                table.add(
                    "  " + component.key, Words.percent(component.weight),
                    component.unit.isEmpty ? "" : Words.quantity(component.quantity, scale: component.scale),
                    component.unit, Words.fraction(component.ratio), Words.money(component.amount))
            }
        }
        let total = sum(lines)
        table.addTotals("Total", "", "", "", "", total.map(Words.money) ?? "")
        return table.text + "\n" + chart(lines, of: total?.minorUnits ?? 0, names)
    }

    private static func chart(_ lines: [SettlementLine], of total: Int64, _ names: [String: String]) -> String {
        var chart = BarChart()
        for line in lines {
            let share = Domain.Fraction(line.amount.minorUnits, total)?.percent(places: 2) ?? ""
            chart.add(
                names[line.party] ?? Names.short(line.party), part: line.amount.minorUnits, of: total, note: share)
        }
        return chart.text
    }

    /// Added here once more, from the lines: a reader sees that they make the total.
    private static func sum(_ lines: [SettlementLine]) -> API.Money? {
        guard var sum = lines.first?.amount else { return nil }
        for line in lines.dropFirst() {
            let (units, overflow) = sum.minorUnits.addingReportingOverflow(line.amount.minorUnits)
            guard !overflow, line.amount.currency == sum.currency else { return nil }
            sum.minorUnits = units
        }
        return sum
    }
}
