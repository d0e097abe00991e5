/// An allocation rule in words, clause by clause, the same clause always with the same words.
enum RuleText {
    static func clause(_ component: AllocationComponent) -> String {
        let scope =
            switch component.scope {
            case .allMembers: ""
            case .adopters: " among those who use it"
            case .parties(let parties): " among " + parties.sorted().map(\.text).joined(separator: ", ")
            }
        return measure(component.measure) + scope
    }

    private static func measure(_ measure: AllocationComponent.Measure) -> String {
        switch measure {
        case .equal: return "in equal parts"
        case .ownership: return "by ownership"
        case .keyFigure(let kind, let rule): return "by \(kind.unit) \(day(rule))"
        case .tier(let kind, let rule, let brackets):
            let classes = brackets.brackets.indices.map {
                "\(brackets.phrase(of: $0)): \(brackets.brackets[$0].points)"
            }
            return "by size class of \(kind.unit) \(day(rule)) (\(classes.joined(separator: "; ")))"
        case .usage(let usage):
            let aggregation =
                switch usage.aggregation {
                case .sum: ""
                case .max: "peak "
                case .last: "final "
                }
            return "by \(aggregation)usage of \(usage.metric)\(window(usage.window))"
        case .publishedKey(let name, .fixed(let year)): return "by \(name) of \(year)"
        case .publishedKey(let name, .yearsBefore(let count)): return "by \(name) of \(count) years before"
        case .weights(let weights):
            let parts = zip(weights.parties, weights.values).map { "\($0) \($1)" }
            return "by agreed weights (\(parts.joined(separator: ", ")))"
        }
    }

    private static func window(_ window: UsageMeasure.Window) -> String {
        switch window {
        case .period: ""
        case .previousYear: " in the year before"
        case .fixed(let days): " in \(days)"
        }
    }

    private static func day(_ rule: ReferenceDateRule) -> String {
        switch rule {
        case .june30OfPreviousYear: "on 30 June of the year before"
        case .december31OfPreviousYear: "on 31 December of the year before"
        case .january1OfPreviousYear: "on 1 January of the year before"
        case .schoolStatistics(let day):
            "on the day of the school statistics of the year before (\(day.day).\(day.month).)"
        case .fixed(let day): "on \(day)"
        }
    }

    static func clause(_ step: AllocationStep, _ currency: Currency) -> String {
        switch step {
        case .precharge(let party, let share): "\(party) bears \(share.percent()) in advance"
        case .fixed(let party, let amount): "\(party) bears \(money(amount, currency)) in advance"
        case .cap(let target, let limit): "\(subject(target)) at most \(size(limit, currency))"
        case .floor(let target, let limit): "\(subject(target)) at least \(size(limit, currency))"
        case .exempt(let party): "\(party) is exempt"
        }
    }

    private static func subject(_ target: AllocationStep.Target) -> String {
        switch target {
        case .everyone: "everyone bears"
        case .party(let party): "\(party) bears"
        }
    }

    private static func size(_ limit: AllocationStep.Limit, _ currency: Currency) -> String {
        switch limit {
        case .amount(let amount): money(amount, currency)
        case .share(let share): share.percent()
        }
    }

    private static func money(_ amount: Int64, _ currency: Currency) -> String {
        Money(minorUnits: amount, currency: currency).description
    }

    static func clause(_ rateGuard: RateGuard) -> String {
        switch rateGuard {
        case .changesPerYear(let count): "at most \(count) changes of the rate in a year"
        case .increaseDecidedBefore(let day): "an increase must be decided before \(day.day).\(day.month). of its year"
        }
    }
}
