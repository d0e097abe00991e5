internal import API
internal import ArgumentParser
internal import Domain
internal import Terminal

/// `allmende settlement documents` and `document`: what parties were told to pay.
enum DocumentCommands {
    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "documents", abstract: "Lists the documents that you may see.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of a settlement; the documents of all when left out.")
        var settlement: String?

        func run(_ session: Session) async throws {
            var request = ListDocumentsRequest()
            request.parent = Names.consortium(parent.consortium)
            if let settlement { request.settlement = Names.settlement(settlement, in: parent.consortium) }
            let all = try await request.all { try await SettlementServiceClient(session.client).listDocuments($0) }
            try session.show(all, DocumentCommands.table(all.documents))
        }
    }

    struct Show: ConnectedCommand {
        static let configuration = CommandConfiguration(commandName: "document", abstract: "Shows a document.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Number of the document, for example 2013-000001.")
        var number: String

        func run(_ session: Session) async throws {
            var request = GetDocumentRequest()
            request.name = Names.document(number, in: parent.consortium)
            let response = try await SettlementServiceClient(session.client).getDocument(request)
            try session.show(response.document) { DocumentText.text(response.document) }
        }
    }

    static func table(_ documents: [Document]) -> Table {
        var table = Table(
            .text("number"), .text("kind"), .text("recipient"), .text("issued"), .number("net"), .number("tax"),
            .number("payable"), .text("due"))
        for document in documents {
            table.add(
                document.name.isEmpty ? "draft" : Names.short(document.name), Choice.text(document.kind),
                "\(Names.short(document.recipient)) \(document.recipientName)", Words.day(document.issueDate),
                Words.money(document.net), Words.money(document.tax), Words.money(document.payable),
                document.instalments.map { Words.day($0.dueDate) }.joined(separator: ", "))
        }
        if let totals = DocumentText.totals(documents) {
            table.addTotals("Total", "", "", "", totals.net, totals.tax, totals.payable)
        }
        return table
    }
}

/// A document in words; its rendering as a letter or an electronic invoice is another matter.
enum DocumentText {
    static func text(_ document: Document) -> String {
        var text = "\(title(document.kind)) \(Names.short(document.name)) of \(Words.day(document.issueDate))\n"
        text += "from  \(document.issuer)\n"
        text += "to    \(document.recipientName) (\(Names.short(document.recipient)))\n"
        text += "for   \(Names.short(document.settlement))\n"
        if !document.precedingDocuments.isEmpty {
            text += "after \(document.precedingDocuments.map(Names.short).joined(separator: ", "))\n"
        }
        var table = Table(.text("for"), .text("tax"), .number("amount"))
        for line in document.lines { table.add(line.text, Choice.text(line.vatTreatment), Words.money(line.net)) }
        for tax in document.taxes {
            table.add("value added tax", "\(tax.percent) % of \(Words.money(tax.base))", Words.money(tax.tax))
        }
        table.addTotals(document.payable.minorUnits < 0 ? "Given back" : "To pay", "", Words.money(document.payable))
        text += "\n" + table.text
        for part in document.instalments {
            text += "\(Words.money(part.amount)) due on \(Words.day(part.dueDate))\n"
        }
        return document.legalRemedyNotice.isEmpty ? text : text + "\n\(document.legalRemedyNotice)\n"
    }

    static func title(_ kind: API.DocumentKind) -> String {
        switch kind {
        case .levyNotice: "Umlagebescheid"
        case .amendedLevyNotice: "Änderungsbescheid"
        case .invoice: "Rechnung"
        case .correctedInvoice: "Rechnungskorrektur"
        case .creditNote: "Gutschrift"
        case .unspecified, .UNRECOGNIZED: "Document"
        }
    }

    /// Nil where there is nothing to add up.
    static func totals(_ documents: [Document]) -> (net: String, tax: String, payable: String)? {
        guard documents.count > 1, let currency = try? Currency(documents[0].payable.currency) else { return nil }
        func sum(_ part: KeyPath<Document, API.Money>) -> String {
            let units = documents.reduce(Int128(0)) { $0 + Int128($1[keyPath: part].minorUnits) }
            return Int64(exactly: units).map { Domain.Money(minorUnits: $0, currency: currency).description } ?? ""
        }
        return (sum(\.net), sum(\.tax), sum(\.payable))
    }
}
