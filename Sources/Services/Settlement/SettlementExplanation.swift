internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// Why a party bears what it bears, for a treasurer to put before a council.
struct SettlementExplanation {
    /// So many cost items are named one by one; the rest is counted.
    private static let namedItems = 20

    let settlement: Settlement
    let lines: [SettlementLine]
    let name: String
    private let currency: Currency
    private let items: [CostItemRow]

    init(
        _ row: SettlementRow, party: String, caller: Participant, reader: some Reader
    ) async throws {
        var settlement = try Settlement(serializedBytes: row.head)
        settlement.state = API.SettlementState(rawValue: Int(row.state)) ?? .unspecified
        self.settlement = settlement
        lines = try await reader.settlementLines(of: row.code, in: caller.consortium)
            .map { try SettlementLine(serializedBytes: $0) }.filter { $0.party == party }
        guard !lines.isEmpty else { throw Failure.unknown("settlement line", "\(settlement.name) of \(party)") }
        let code = try ResourceName.id(party, in: "parties", field: "party")
        let names = try await reader.partyNames(
            [code], on: row.end.adding(days: -1) ?? row.start, knownAt: settlement.platformRegisterSize)
        name = names[code] ?? code
        currency = try Currency(settlement.total.currency, field: "currency")
        items =
            settlement.hasAdvance || settlement.hasExit
            ? []
            : try await reader.costItems(
                in: caller.consortium, from: row.start, until: row.end, knownAt: settlement.registerSize)
    }

    var paragraphs: [String] {
        get throws { try [basis] + lines.map(paragraph) + [sum()] }
    }

    private var basis: String {
        let revision = settlement.agreementRevision.split(separator: "/")
        let agreement = revision.count == 6 ? "revision \(revision[5]) of \(revision[3])" : settlement.agreementRevision
        let kind =
            switch settlement.kind {
            case .advance: "asks for \(text(settlement.total.minorUnits)) in advance"
            case .correction: "shares out \(text(settlement.total.minorUnits)) anew"
            case .exit: "settles what is between the consortium and \(name)"
            default: "shares out \(text(settlement.total.minorUnits))"
            }
        return "The settlement \(settlement.name) of \(days) \(kind) by \(agreement). It rests on the first "
            + "\(settlement.registerSize) entries of the register, usage among the first "
            + "\(settlement.usageRegisterSize), and key figures among the first \(settlement.platformRegisterSize) of "
            + "the platform's."
    }

    private var days: String {
        let start = settlement.period.start, end = settlement.period.end
        guard let first = Domain.CivilDate(year: Int(start.year), month: Int(start.month), day: Int(start.day)),
            let last = Domain.CivilDate(year: Int(end.year), month: Int(end.month), day: Int(end.day))?.adding(days: -1)
        else { return "" }
        return "\(first) to \(last)"
    }

    private func paragraph(_ line: SettlementLine) throws -> String {
        let own = items.filter { Int($0.pool) == line.pool.rawValue }
        var parts = try own.prefix(SettlementExplanation.namedItems).map { item in
            let cost = try LevyArithmetic.borne(net: item.net, vat: item.vat, deductibleShare: item.deductibleShare)
            let isRevenue = item.kind == Int16(CostKind.revenue.rawValue)
            return "\(text(isRevenue ? -cost : cost)) \(item.code) (\(item.documentNumber))"
        }
        if own.count > parts.count { parts.append("and \(own.count - parts.count) more") }
        let pool = parts.isEmpty ? "" : "The pool \(line.pool.phrase) is made of \(parts.joined(separator: ", ")). "
        guard let balance = settlement.balances.first(where: { $0.pool == line.pool }) else {
            return pool + line.explanation
        }
        return pool + opening(balance) + line.explanation + " " + closing(balance)
    }

    /// What of the period before raises or lowers what is shared out.
    private func opening(_ balance: PoolBalance) -> String {
        let amount = balance.opening.minorUnits
        if amount == 0 { return "" }
        return amount > 0
            ? "\(text(amount)) were left over by \(balance.openingSettlement) and lower what is asked for. "
            : "\(text(-amount)) were lacking in \(balance.openingSettlement) and raise what is asked for. "
    }

    private func closing(_ balance: PoolBalance) -> String {
        let amount = balance.closing.minorUnits
        if amount == 0 { return "Nothing is carried forward." }
        return amount > 0
            ? "\(text(amount)) are left over and lower what the next period is asked for."
            : "\(text(-amount)) are lacking and raise what the next period is asked for."
    }

    /// Throws OUT_OF_RANGE: pools of opposite signs may be larger than the settlement's total.
    private func sum() throws -> String {
        func total(_ part: KeyPath<SettlementLine, API.Money>) throws -> Int64 {
            let sum = lines.reduce(Int128(0)) { $0 + Int128($1[keyPath: part].minorUnits) }
            guard let sum = Int64(exactly: sum), sum > .min else {
                throw Failure(.outOfRange, "the amounts of \(name) are too large to be added up")
            }
            return sum
        }
        let (amount, before, rest) = try (total(\.amount), total(\.issuedBefore), total(\.difference))
        var sentence = "In all \(name) bears \(text(amount))"
        if before != 0 { sentence += ", was asked for \(text(before)) before" }
        sentence += rest < 0 ? ", and gets \(text(-rest)) back" : " and has \(text(rest)) to pay"
        return sentence + (settlement.vatTreatment == .standard ? ", value added tax not included." : ".")
    }

    private func text(_ amount: Int64) -> String {
        Domain.Money(minorUnits: amount, currency: currency).description
    }
}
