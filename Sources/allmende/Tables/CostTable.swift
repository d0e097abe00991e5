internal import API
internal import Domain
internal import Terminal

/// Cost items as a table; revenues stand with a minus.
enum CostTable {
    static func text(_ items: [CostItem]) -> String {
        var table = Table(
            .text("item"), .text("pool"), .text("kind"), .text("period"), .number("net"), .number("VAT"),
            .number("deductible"), .text("supplier"), .text("state"))
        for item in items {
            table.add(
                Names.short(item.name), Choice.text(item.pool), Choice.text(item.kind),
                Words.period(item.servicePeriod), Words.money(item.net), Words.money(item.vat),
                item.hasDeductibleShare ? Words.percent(item.deductibleShare) : "0 %", item.supplier,
                Choice.text(item.state))
        }
        if items.count > 1, let net = sum(items, \.net), let vat = sum(items, \.vat) {
            table.addTotals("Total", "", "", "", net.description, vat.description)
        }
        return table.text
    }

    /// Expenses less revenues; nil where items of several currencies cannot be added.
    private static func sum(_ items: [CostItem], _ part: KeyPath<CostItem, API.Money>) -> Domain.Money? {
        var sum: Domain.Money?
        for item in items where item.state != .reversed {
            let money = item[keyPath: part]
            guard let currency = try? Currency(money.currency) else { return nil }
            let sign: Int64 = item.kind == .revenue ? -1 : 1
            let signed = Domain.Money(minorUnits: sign * money.minorUnits, currency: currency)
            guard let next = try? sum?.adding(signed) ?? signed else { return nil }
            sum = next
        }
        return sum
    }
}
