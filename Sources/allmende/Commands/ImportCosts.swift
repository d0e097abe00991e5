internal import API
internal import ArgumentParser
internal import Domain
internal import Foundation
internal import GRPC
internal import Terminal

/// `allmende cost import`: many items at once, with a report row by row.
struct ImportCosts: ConnectedCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Books items from CSV; says of every row what came of it.",
        discussion: """
            The columns are id, pool, kind, net, service_start, service_end (the first day after), document_number, \
            and perhaps vat, deductible_share, supplier, document_sha256. Pools and kinds are those of `cost book`. \
            A file can be imported again: rows that are booked just so stay as they are.
            """)
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var parent: ConsortiumOption

    @Argument(help: "The file.")
    var file: String
    @Option(help: "Currency of the amounts.")
    var currency = "EUR"
    @Flag(help: "Only report what is wrong with the file.")
    var dryRun = false

    /// What came of a row.
    struct Outcome: Equatable {
        let line: Int
        let item: String
        let text: String
        var isBooked = false
    }

    func run(_ session: Session) async throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("Cannot read \(file).")
        }
        let csv: CostItemCSV
        do throws(Failure) {
            csv = try CostItemCSV(
                Array(data), currency: Currency(currency), pools: Choice<CostPool>.allValueStrings,
                kinds: Choice<CostKind>.allValueStrings)
        } catch {
            throw CommandFailure("\(file): \(error.message)")
        }
        var outcomes = csv.rejected.map { Outcome(line: $0.line, item: "", text: "rejected: \($0.failure.message)") }
        var answer = ListCostItemsResponse()
        for (line, item) in csv.rows {
            let request = try CreateCostItemRequest(item, in: parent.consortium)
            if dryRun {
                outcomes.append(Outcome(line: line, item: item.id.text, text: "can be booked"))
                continue
            }
            do {
                // Equal rows have equal request ids: what was booked before is answered, not booked twice.
                var stamped = request
                stamped.requestID = try RequestID.derived(from: request)
                let response = try await CostServiceClient(session.client).createCostItem(stamped)
                answer.costItems.append(response.costItem)
                outcomes.append(Outcome(line: line, item: item.id.text, text: "booked", isBooked: true))
            } catch let status as Status where status.code != .unavailable && status.code != .unauthenticated {
                outcomes.append(Outcome(line: line, item: item.id.text, text: "refused: \(status.message)"))
            }
        }
        outcomes.sort { $0.line < $1.line }
        try session.show(answer) { Self.text(outcomes, isDry: dryRun) }
        if !outcomes.allSatisfy({ $0.isBooked || dryRun && !$0.item.isEmpty }) { throw ExitCode.failure }
    }

    static func text(_ outcomes: [Outcome], isDry: Bool) -> String {
        var table = Table(.number("line"), .text("item"), .text("outcome"))
        for outcome in outcomes { table.add("\(outcome.line)", outcome.item, outcome.text) }
        let booked = outcomes.count(where: \.isBooked)
        return table.text + (isDry ? "nothing booked\n" : "\(booked) of \(outcomes.count) rows booked\n")
    }
}

extension CreateCostItemRequest {
    /// The request to book a row of a file.
    init(_ item: CostItemCSV.Item, in consortium: String) throws {
        self.init()
        parent = Names.consortium(consortium)
        costItemID = item.id.text
        costItem.pool = Choice<CostPool>(argument: item.pool)?.value ?? .unspecified
        costItem.kind = Choice<CostKind>(argument: item.kind)?.value ?? .unspecified
        costItem.net = API.Money(item.net)
        costItem.vat = API.Money(item.vat)
        costItem.deductibleShare = API.Fraction(item.deductibleShare)
        costItem.servicePeriod = API.DateRange(item.service)
        costItem.documentNumber = item.documentNumber
        costItem.supplier = item.supplier
        if let document = item.document { costItem.documentSha256 = Data(document.bytes) }
    }
}
