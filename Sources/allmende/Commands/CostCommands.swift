internal import API
internal import ArgumentParser
internal import Domain
internal import Foundation
internal import Terminal

/// `allmende cost`: expenses and revenues.
struct CostCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost", abstract: "Expenses and revenues of a consortium.",
        subcommands: [Book.self, Reverse.self, EraseSupplier.self, ImportCosts.self, List.self])

    struct Book: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Books one item; items are never edited.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the item, for example hosting-2012.")
        var item: String
        @Option(help: "The pool it belongs to.")
        var pool: Choice<CostPool>
        @Option(help: "Expense or revenue.")
        var kind = Choice(CostKind.expense)
        @Option(help: "Net amount, for example 60000.00.")
        var net: String
        @Option(help: "Value added tax.")
        var vat = "0"
        @Option(help: "Currency of the amounts.")
        var currency = "EUR"
        @Option(help: "Part of the tax that can be deducted.", transform: Arguments.fraction)
        var deductible: API.Fraction?
        @Option(help: "Days of the service: a year, a month, or 2012-01-01/2012-07-01.", transform: Arguments.period)
        var period: API.DateRange
        @Option(help: "Number of the supplier's document.")
        var documentNumber: String
        @Option(help: "Who rendered the service.")
        var supplier = ""
        @Option(help: "The supplier's document; its SHA-256 goes into the register.")
        var document: String?

        func validate() throws { _ = try amounts() }

        func run(_ session: Session) async throws {
            var request = CreateCostItemRequest()
            request.parent = Names.consortium(parent.consortium)
            request.costItemID = item
            request.costItem.pool = pool.value
            request.costItem.kind = kind.value
            (request.costItem.net, request.costItem.vat) = try amounts()
            if let deductible { request.costItem.deductibleShare = deductible }
            request.costItem.servicePeriod = period
            request.costItem.documentNumber = documentNumber
            request.costItem.supplier = supplier
            if let document { request.costItem.documentSha256 = try Data(FileDigest.bytes(of: document, or: nil)) }
            let response = try await CostServiceClient(session.client).createCostItem(change.stamp(request))
            var booked = response.costItem
            // Answers leave it out.
            booked.supplier = supplier
            try session.show(response) { CostTable.text([booked]) }
        }

        private func amounts() throws -> (net: API.Money, vat: API.Money) {
            try Arguments.read { () throws(Failure) in
                let currency = try Currency(currency)
                let net = try Domain.Money(net, currency: currency, field: "The net amount")
                let vat = try Domain.Money(vat, currency: currency, field: "The value added tax")
                return (API.Money(net), API.Money(vat))
            }
        }
    }

    struct Reverse: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes an item back: it stays in the list of what was booked and counts no more.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the item.")
        var item: String

        func run(_ session: Session) async throws {
            var request = ReverseCostItemRequest()
            request.name = Names.costItem(item, in: parent.consortium)
            let response = try await CostServiceClient(session.client).reverseCostItem(change.stamp(request))
            try session.show(response) { CostTable.text([response.costItem]) }
        }
    }

    struct EraseSupplier: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Erases for good who rendered a service; the digest stays in the register.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the item.")
        var item: String

        func run(_ session: Session) async throws {
            var request = EraseSupplierRequest()
            request.name = Names.costItem(item, in: parent.consortium)
            let response = try await CostServiceClient(session.client).eraseSupplier(change.stamp(request))
            try session.show(response) { CostTable.text([response.costItem]) }
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the items of a period.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        @Flag(help: "Also items that were reversed.")
        var reversed = false
        @Option(
            help: "Days in which the services begin: a year, a month, or 2012-01-01/2012-07-01.",
            transform: Arguments.period)
        var period: API.DateRange

        func run(_ session: Session) async throws {
            var request = ListCostItemsRequest()
            request.parent = Names.consortium(parent.consortium)
            request.period = period
            request.showReversed = reversed
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await request.all { try await CostServiceClient(session.client).listCostItems($0) }
            try session.show(response) { CostTable.text(response.costItems) }
        }
    }
}
