internal import API
internal import ArgumentParser
internal import Foundation
internal import Terminal

/// `allmende settlement issue`: documents with numbers.
struct IssueSettlement: ConnectedCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issues the documents of an approved settlement: the difference to what was asked for before.",
        discussion: "Of two clerks who give the same --etag, one issues; the other is told that it was changed.")
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var parent: ConsortiumOption

    @Argument(help: "Id of the settlement.")
    var settlement: String
    @Option(help: "The settlement's etag as you know it.")
    var etag = ""
    @Option(help: "The day on the documents; today when left out.", transform: Arguments.day)
    var date: CivilDate?
    @Option(
        name: .customLong("due"), help: "When it is due; repeat for equal instalments.", transform: Arguments.day)
    var due: [CivilDate] = []
    @Option(help: "File with the text on legal remedy, which a levy notice must have.")
    var legalRemedy: String?
    @Flag(help: "Show drafts of the documents, but issue nothing.")
    var preview = false

    func run(_ session: Session) async throws {
        var request = IssueSettlementRequest()
        request.name = Names.settlement(settlement, in: parent.consortium)
        request.etag = etag
        if let date { request.issueDate = date }
        request.dueDates = due
        if let legalRemedy {
            guard let data = FileManager.default.contents(atPath: legalRemedy),
                let text = String(data: data, encoding: .utf8)
            else { throw CommandFailure("Cannot read \(legalRemedy).") }
            request.legalRemedyNotice = text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        request.validateOnly = preview
        let response = try await SettlementServiceClient(session.client).issueSettlement(change.stamp(request))
        try session.show(response, DocumentCommands.table(response.documents))
    }
}
