internal import API
internal import Terminal

/// Figures of usage as tables.
enum UsageTables {
    static func totals(_ totals: [UsageTotal], _ metrics: MetricScales, byRelease: Bool = false) -> String {
        var table = Table(
            columns: [.text("party"), .text("metric")] + (byRelease ? [.text("release")] : [])
                + [.number("quantity"), .text("unit"), .number("records")])
        for total in totals {
            let metric = Names.short(total.metric)
            table.add(
                [Names.short(total.party), metric] + (byRelease ? [release(total.release)] : [])
                    + [
                        metrics.text(total.quantity, of: metric), metrics.units[metric] ?? "",
                        Grouped.text(total.recordCount),
                    ])
        }
        return table.text
    }

    static func series(_ points: [UsagePoint], _ metrics: MetricScales, byRelease: Bool = false) -> String {
        var table = Table(
            columns: [.text("party"), .text("metric")] + (byRelease ? [.text("release")] : [])
                + [.text("from"), .number("quantity"), .text("unit"), .number("records")])
        for point in points {
            let metric = Names.short(point.metric)
            table.add(
                [Names.short(point.party), metric] + (byRelease ? [release(point.release)] : [])
                    + [
                        Words.day(point.start), metrics.text(point.quantity, of: metric), metrics.units[metric] ?? "",
                        Grouped.text(point.recordCount),
                    ])
        }
        return table.text
    }

    private static func release(_ name: String) -> String { name.isEmpty ? "none known" : Names.short(name) }

    static func comparisons(_ comparisons: [UsageComparison], _ metrics: MetricScales) -> String {
        var table = Table(.text("metric"), .text("party"), .number("quantity"), .text("unit"))
        for comparison in comparisons {
            let metric = Names.short(comparison.metric)
            let unit = metrics.units[metric] ?? ""
            for party in comparison.parties {
                let quantity = party.suppressed ? "left out" : metrics.text(party.quantity, of: metric)
                table.add(metric, Names.short(party.party), quantity, unit)
            }
            if !comparison.totalSuppressed {
                table.add(metric, "all", metrics.text(comparison.total, of: metric), unit)
            }
        }
        return table.text
    }

    static func history(_ revisions: [UsageRevision], scale: Int32) -> String {
        var table = Table(.text("system"), .number("revision"), .number("quantity"), .number("position"))
        for revision in revisions {
            table.add(
                revision.sourceID, "\(revision.revision)", Words.quantity(revision.quantity, scale: scale),
                "\(revision.registerPosition)")
        }
        return table.text
    }

    /// Who has not reported for the whole time; empty when everybody has.
    static func missing(_ coverage: [UsageCoverage]) -> String {
        let incomplete = coverage.filter { !$0.missingMonths.isEmpty }
        if incomplete.isEmpty { return "" }
        var table = Table(.text("no records from"), .text("metric"), .text("system"), .text("in"))
        for gap in incomplete {
            table.add(
                Names.short(gap.party), Names.short(gap.metric), gap.sourceID.isEmpty ? "any" : gap.sourceID,
                months(gap))
        }
        return "\n" + table.text
    }

    /// Who has not confirmed its totals; empty when everybody has.
    static func unconfirmed(_ statements: [UsageStatement]) -> String {
        if statements.isEmpty { return "" }
        var table = Table(.text("usage not confirmed by"), .text("application"), .text("statement"))
        for statement in statements {
            table.add(
                Names.short(statement.party), Names.short(statement.application), Choice.text(statement.verdict))
        }
        return "\n" + table.text
    }

    private static func months(_ gap: UsageCoverage) -> String {
        let missing = gap.missingMonths
        if missing.count == Int(gap.monthCount) { return missing.count == 1 ? "the month" : "all months" }
        let names = missing.prefix(3).map { String(Words.day($0).prefix(7)) }
        return (names + (missing.count > 3 ? ["\(missing.count - 3) more"] : [])).joined(separator: ", ")
    }
}

extension MetricScales {
    /// A quantity of a metric with its decimals.
    func text(_ quantity: Int64, of metric: String) -> String {
        Words.quantity(quantity, scale: Int32(scales[metric] ?? 0))
    }
}
