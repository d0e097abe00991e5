internal import API
internal import ArgumentParser
internal import Domain
internal import Foundation
internal import SwiftProtobuf
internal import Terminal

/// `allmende agreement simulate`: what parties would pay otherwise.
struct SimulateAgreement: ConnectedCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Says what each party would pay otherwise; nothing is stored.",
        discussion: """
            One alternative is described by options, and up to ten by --file, the message SimulateAgreementRequest in \
            its JSON form, of which the alternatives count:
              --revision 2 --join 09674130 --cost operation=90000.00 --in 2013
            """)
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var parent: ConsortiumOption

    @Argument(help: "Id of the agreement.")
    var agreement: String
    @Option(help: "Days to compare: a year, a month, or 2012-01-01/2012-07-01.", transform: Arguments.period)
    var period: API.DateRange
    @Option(help: "Number of another revision, drafts included.")
    var revision: Int?
    @Option(name: .customLong("in"), help: "Other days, for example another year.", transform: Arguments.period)
    var other: API.DateRange?
    @Option(name: .customLong("join"), help: "Code of a party that would join; repeat for each.")
    var joining: [String] = []
    @Option(name: .customLong("leave"), help: "Code of a party that would leave; repeat for each.")
    var leaving: [String] = []
    @Option(name: .customLong("cost"), help: "A pool and what it would cost; repeat for each.")
    var costs: [String] = []
    @Option(help: "Currency of the costs.")
    var currency = "EUR"
    @Option(help: "JSON file with several alternatives.")
    var file: String?

    func run(_ session: Session) async throws {
        var request = SimulateAgreementRequest()
        if let file {
            guard let data = FileManager.default.contents(atPath: file),
                let read = try? SimulateAgreementRequest(jsonUTF8Bytes: data)
            else { throw CommandFailure("\(file) cannot be read as a SimulateAgreementRequest in JSON.") }
            request.alternatives = read.alternatives
        } else {
            request.alternatives = [try alternative()]
        }
        request.parent = Names.agreement(agreement, in: parent.consortium)
        request.period = period
        let response = try await AgreementServiceClient(session.client).simulateAgreement(request)
        try session.show(response) { Self.text(response) }
    }

    private func alternative() throws -> SimulatedAlternative {
        var alternative = SimulatedAlternative()
        alternative.label = "alternative"
        if let revision {
            alternative.agreementRevision = Names.revision(revision, of: agreement, in: parent.consortium)
        }
        if let other { alternative.period = other }
        alternative.joining = joining.map(Names.party)
        alternative.leaving = leaving.map(Names.party)
        alternative.costs = try costs.map { text in
            let (pool, money) = try Arguments.poolAmount(text, currency: currency)
            var cost = PoolCost()
            cost.pool = pool
            cost.cost = money
            return cost
        }
        return alternative
    }

    static func text(_ response: SimulateAgreementResponse) -> String {
        var text = "Compared with \(Names.shortRevision(response.agreementRevision))\n"
        for outcome in response.outcomes {
            text += "\n\(outcome.label)\n"
            if !outcome.obstacle.isEmpty { text += "not possible: \(outcome.obstacle)\n" }
            for pool in outcome.pools { text += "\n" + table(pool).text + averages(pool) }
        }
        return text
    }

    private static func table(_ pool: SimulatedPool) -> Table {
        var table = Table(
            .text("pool \(Choice.text(pool.pool))"), .number("now"), .number("then"), .number("difference"))
        for line in pool.lines {
            table.add(
                Names.short(line.party), Words.money(line.before), Words.money(line.after),
                Words.money(line.difference))
        }
        var difference = pool.totalAfter
        difference.minorUnits = pool.totalAfter.minorUnits &- pool.totalBefore.minorUnits
        table.addTotals(
            "Total", Words.money(pool.totalBefore), Words.money(pool.totalAfter), Words.money(difference))
        return table
    }

    /// The scale effect: what one inhabitant and one case cost on average.
    private static func averages(_ pool: SimulatedPool) -> String {
        func line(_ what: String, _ average: AverageCost) -> String {
            guard average.hasBefore, average.hasAfter else { return "" }
            let currency = pool.totalAfter.currency
            return "per \(what): \(rate(average.before, currency)) now, \(rate(average.after, currency)) then\n"
        }
        return line("inhabitant", pool.perInhabitant) + line("case", pool.perCase)
    }

    private static func rate(_ average: API.Fraction, _ currency: String) -> String {
        guard let currency = try? Currency(currency),
            let rate = try? ShownRate(
                of: average.numerator, units: average.denominator, decimals: 4, currency: currency)
        else { return Words.fraction(average) }
        return "\(rate.rate.grouped) \(currency)"
    }
}
