internal import API
internal import Domain
internal import Terminal

/// The scale effect of a consortium for people: a table, who came and went, and two small charts.
enum ScaleEffectTable {
    static func text(_ lines: [ScaleEffectLine]) -> String {
        guard !lines.isEmpty else { return "Nothing was settled under this agreement yet.\n" }
        var table = Table(
            .text("days"), .text("settlement"), .number("revision"), .number("members"), .number("total"),
            .number("inhabitants"), .number("per inhabitant"), .number("change"), .number("cases"),
            .number("per case"), .number("change"))
        for line in lines {
            table.add(
                Words.period(line.period), Names.short(line.settlement), Names.short(line.agreementRevision),
                "\(line.parties)", Words.money(line.total), line.inhabitants == 0 ? "" : Grouped.text(line.inhabitants),
                line.hasPerInhabitant ? rate(line.perInhabitant, line) : "",
                line.hasPerInhabitantChange ? change(line.perInhabitantChange) : "",
                line.metric.isEmpty ? "" : Words.quantity(line.cases, scale: line.scale),
                line.hasPerCase ? rate(line.perCase, line) : "",
                line.hasPerCaseChange ? change(line.perCaseChange) : "")
        }
        let notes = lines.map(note).joined()
        return table.text + (notes.isEmpty ? "" : "\n" + notes)
            + chart("Cost per inhabitant", lines) { $0.hasPerInhabitant ? $0.perInhabitant : nil }
            + chart("Cost per case", lines) { $0.hasPerCase ? $0.perCase : nil }
    }

    private static func note(_ line: ScaleEffectLine) -> String {
        func sentence(_ parties: [String], _ what: String) -> String {
            guard !parties.isEmpty else { return "" }
            return "\(Words.period(line.period)): \(parties.map(Names.short).joined(separator: ", ")) \(what)\n"
        }
        return sentence(line.joined, "joined") + sentence(line.left, "left")
            + sentence(line.withoutInhabitants, "without inhabitants on \(Words.day(line.inhabitantsOn))")
    }

    /// The bars are parts of the largest average.
    private static func chart(
        _ title: String, _ lines: [ScaleEffectLine], _ average: (ScaleEffectLine) -> API.Fraction?
    ) -> String {
        let rates = lines.compactMap { line in average(line).flatMap { shown($0, line) }.map { (line, $0) } }
        guard rates.count > 1, let largest = rates.map(\.1.units).max(), largest > 0 else { return "" }
        var chart = BarChart()
        for (line, rate) in rates {
            chart.add(
                Words.period(line.period), part: rate.units, of: largest,
                note: "\(rate.grouped) \(line.total.currency)")
        }
        return "\n\(title)\n" + chart.text
    }

    private static func rate(_ average: API.Fraction, _ line: ScaleEffectLine) -> String {
        shown(average, line)?.grouped ?? Words.fraction(average)
    }

    private static func shown(_ average: API.Fraction, _ line: ScaleEffectLine) -> Quantity? {
        guard let currency = try? Currency(line.total.currency) else { return nil }
        return try? ShownRate(
            of: average.numerator, units: average.denominator, decimals: max(4, currency.minorDigits),
            currency: currency
        ).rate
    }

    /// With a sign in front, and rounded without a word on it: the fraction is in the JSON.
    private static func change(_ fraction: API.Fraction) -> String {
        guard let fraction = Domain.Fraction(fraction.numerator, fraction.denominator) else { return "" }
        let percent = ExactFraction(fraction) * ExactFraction(100)
        return (percent > .zero ? "+" : "") + percent.decimal(places: 1).text + " %"
    }
}
