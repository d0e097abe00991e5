internal import API
internal import Domain
internal import Foundation
internal import Store
internal import SwiftProtobuf
internal import TLS

/// The documents of a settlement: to each party the difference to what was asked for before, open item by open item.
struct SettlementIssue {
    /// What a clerk decides when issuing.
    struct Terms {
        let issueDate: Domain.CivilDate
        let dueDates: [Domain.CivilDate]
        let legalRemedyNotice: String

        init(_ request: IssueSettlementRequest, today: Domain.CivilDate) throws {
            var checks = FieldChecks()
            let date = request.hasIssueDate ? checks.date(request.issueDate, isSet: true, field: "issue_date") : today
            let due = request.dueDates.enumerated().compactMap { index, day in
                checks.date(day, isSet: true, field: "due_dates[\(index)]")
            }
            checks.text(request.legalRemedyNotice, field: "legal_remedy_notice", length: 0...2000)
            if let date, let first = due.first {
                checks.require(first >= date, "due_dates[0]", "must not lie before the issue date \(date)")
            }
            try checks.finish()
            issueDate = date!
            dueDates = due
            legalRemedyNotice = request.legalRemedyNotice
            if !due.isEmpty { _ = try InstalmentPlan(0, due: due) }
        }
    }

    let caller: Participant
    let row: SettlementRow
    let head: Settlement
    let terms: Terms
    private let consortium: ConsortiumRow
    private let names: [String: String]
    private let issued: [IssuedItemRow]
    /// Each with whoever is in the place of the party that is charged on the day of issue.
    private let documents: [(recipient: PartyCode, document: SettlementDocument)]

    /// Works out the documents. Throws what stands against them; changes nothing.
    init(_ row: SettlementRow, _ terms: Terms, caller: Participant, reader: some Reader) async throws {
        self.row = row
        self.caller = caller
        self.terms = terms
        head = try Settlement(serializedBytes: row.head)
        consortium = try await reader.consortium(caller.consortium, name: caller.name)
        let own: [SettlementDocument]
        if head.hasExit {
            issued = []
            try await reader.requireUnsettledExit(
                head.exit.membership, try Domain.DateRange(row.start, row.end, field: "period"), in: caller.consortium)
            own = try SettlementIssue.exitDocuments(head, row)
        } else {
            issued = try await reader.issuedItems(in: caller.consortium, overlapping: row.start, row.end, knownAt: .max)
            try await SettlementIssue.requireOrder(row, head, issued, caller, reader)
            let sums = try await reader.settlementSums(of: row.code, in: caller.consortium)
            own = try SettlementIssue.documents(head, row, sums, issued)
        }
        let history = try MunicipalHistory(try await reader.municipalChanges(knownAt: .max).map(\.change))
        documents = try own.flatMap { document in
            try document.divided(among: history.successors(of: document.party, on: terms.issueDate))
        }
        names = try await reader.partyNames(
            documents.map(\.recipient.text), on: terms.issueDate, knownAt: .max)
        try requireTerms()
    }

    /// A period is settled once and then corrected, in one chain; instalments come before.
    private static func requireOrder(
        _ row: SettlementRow, _ head: Settlement, _ issued: [IssuedItemRow], _ caller: Participant,
        _ reader: some Reader
    ) async throws {
        let others = try await reader.settlements(in: caller.consortium, overlapping: row.start, row.end)
        if let other = issued.first(where: { $0.item.start != row.start || $0.item.end != row.end })?.item {
            let days = try Domain.DateRange(other.start, other.end, field: "period")
            throw Failure(
                .invalidState,
                "\(head.name) cannot be issued: for \(days) documents were issued before; settle the "
                    + "same days, so that they are taken into account"
            ).about("settlement", head.name)
        }
        let apart = [SettlementKind.advance.rawValue, SettlementKind.exit.rawValue]
        let last = others.last { other in
            other.code != row.code && !apart.contains(Int(other.kind))
                && other.state == Int16(API.SettlementState.issued.rawValue)
        }
        let lastName = last.map { "\(caller.name)/settlements/\($0.code)" } ?? ""
        guard lastName == head.corrects else {
            throw Failure(
                .invalidState,
                lastName.isEmpty
                    ? "\(head.corrects) was corrected before; correct the settlement that came in its place"
                    : "these days were settled by \(lastName); issue a correction of it instead"
            ).about("settlement", lastName.isEmpty ? head.corrects : lastName)
        }
        if row.kind == Int16(SettlementKind.advance.rawValue) { return }
        let calendar = try await PeriodCalendar(reader.periods(in: caller.consortium))
        try calendar.requireClosed(try Domain.DateRange(row.start, row.end, field: "period"), to: "issue \(head.name)")
    }

    /// What a party that leaves is asked for, or gets: its part of assets is no payment for a service, what it has
    /// bound itself to is taxed like everything else.
    private static func exitDocuments(_ head: Settlement, _ row: SettlementRow) throws -> [SettlementDocument] {
        let period = try Domain.DateRange(row.start, row.end, field: "period")
        let membership = try ResourceName.ids(head.exit.membership, in: ["consortia", "memberships"], field: "exit")
        let obligations = head.exit.claim.minorUnits - head.exit.part.minorUnits
        var wanted: [OpenItem: [PartyCode: Int64]] = [:]
        let party = try PartyCode(membership[1], field: "party")
        for (category, amount) in [
            (VATCategory.notTaxable, head.exit.part.minorUnits), (try VATCategory(head.vatTreatment), obligations),
        ] where amount != 0 {
            wanted[OpenItem(period: period, pool: exitPool, category: category), default: [:]][party, default: 0] +=
                amount
        }
        return try IssuedAmounts().documents(toReach: wanted)
    }

    /// Stands for no pool.
    private static let exitPool = CostPool.unspecified.domainName

    private static func documents(
        _ head: Settlement, _ row: SettlementRow, _ sums: [(party: String, pool: Int16, amount: Int64)],
        _ issued: [IssuedItemRow]
    ) throws -> [SettlementDocument] {
        let period = try Domain.DateRange(row.start, row.end, field: "period")
        let category = try VATCategory(head.vatTreatment)
        var wanted: [OpenItem: [PartyCode: Int64]] = [:]
        for sum in sums {
            let pool = CostPool(rawValue: Int(sum.pool)) ?? .unspecified
            let item = OpenItem(period: period, pool: pool.domainName, category: category)
            wanted[item, default: [:]][try PartyCode(sum.party, field: "party")] = sum.amount
        }
        let before = try IssuedAmounts(
            try issued.map { row in
                let pool = CostPool(rawValue: Int(row.item.pool)) ?? .unspecified
                let treatment = VatTreatment(rawValue: Int(row.item.vatTreatment)) ?? .unspecified
                return (
                    party: try PartyCode(row.partyCode, field: "party"),
                    item: OpenItem(period: period, pool: pool.domainName, category: try VATCategory(treatment)),
                    amount: row.item.amount
                )
            })
        // What the settlement does not name any more, such as another category of tax, is given back.
        for item in before.items where wanted[item] == nil { wanted[item] = [:] }
        return try before.documents(toReach: wanted)
    }

    /// Whether members are asked by administrative act.
    private var isLevy: Bool { consortium.legalForm == Int16(LegalForm.specialPurposeAssociation.rawValue) }

    private func requireTerms() throws {
        guard !documents.isEmpty else { return }
        var checks = FieldChecks()
        if isLevy, terms.legalRemedyNotice.isEmpty {
            checks.invalid(
                "legal_remedy_notice", "must say how to appeal, as a levy is asked for by administrative act")
        }
        checks.require(
            isLevy || terms.legalRemedyNotice.isEmpty, "legal_remedy_notice", "must be empty, as invoices have none")
        if terms.dueDates.isEmpty, documents.contains(where: { $0.document.total > 0 }) { checks.missing("due_dates") }
        try checks.finish()
    }

    var count: Int { documents.count }

    /// The documents as messages, drafts without a number.
    func messages() throws -> [Document] {
        try documents.map { recipient, document in try message(document, to: recipient) }
    }

    private func message(_ document: SettlementDocument, to recipient: PartyCode) throws -> Document {
        var message = Document()
        let kind = DocumentKind(isLevy: isLevy, document.kind, isFirst: document.isFirst)
        message.kind = API.DocumentKind(kind)
        message.issuer = consortium.displayName
        message.recipient = "parties/" + recipient.text
        message.recipientName = names[recipient.text] ?? recipient.text
        if recipient != document.party { message.predecessor = "parties/" + document.party.text }
        message.settlement = head.name
        message.issueDate = API.CivilDate(terms.issueDate)
        message.lines = document.lines.map { DocumentLine($0, head, currency: consortium.currency) }
        let lastDay = row.end.adding(days: -1) ?? row.start
        let taxes = try VATBreakdown(
            document.lines.map { (category: $0.item.category, lastDay: lastDay, net: $0.amount) })
        message.taxes = taxes.entries.map { DocumentTax($0, currency: consortium.currency) }
        (message.net, message.tax) = (money(taxes.net), money(taxes.tax))
        message.payable = money(taxes.gross)
        if taxes.gross > 0 {
            message.instalments = try InstalmentPlan(taxes.gross, due: terms.dueDates).instalments.map { part in
                var instalment = Instalment()
                instalment.dueDate = API.CivilDate(part.due)
                instalment.amount = money(part.amount)
                return instalment
            }
        }
        let preceding = issued.filter { $0.partyCode == document.party.text }.flatMap(\.documents)
        message.precedingDocuments = Set(preceding).sorted().map { "\(caller.name)/documents/\($0)" }
        if kind.needsLegalRemedyNotice {
            message.legalRemedyNotice = terms.legalRemedyNotice
            message.legalRemedySha256 = Data(SHA256.hash(Array(terms.legalRemedyNotice.utf8)))
        }
        message.state = .draft
        return message
    }

    private func money(_ amount: Int64) -> API.Money {
        var money = API.Money()
        money.minorUnits = amount
        money.currency = consortium.currency
        return money
    }

    /// The rows of issued messages; each names its number and position.
    func rows(of messages: [Document], partyIDs: [String: Int32]) throws -> [DocumentRow] {
        try zip(messages, documents).map { message, part in
            DocumentRow(
                number: String(message.name.split(separator: "/").last ?? ""), settlement: row.code,
                partyID: partyIDs[part.recipient.text] ?? 0, chargedID: partyIDs[part.document.party.text] ?? 0,
                kind: Int16(message.kind.rawValue), issuedOn: terms.issueDate, content: try message.serializedBytes(),
                // What a party that leaves is asked for is no item of a period that could be corrected.
                items: head.hasExit
                    ? []
                    : message.lines.map { line in
                        DocumentItemRow(
                            pool: Int16(line.pool.rawValue), vatTreatment: Int16(line.vatTreatment.rawValue),
                            start: row.start, end: row.end, amount: line.net.minorUnits)
                    })
        }
    }

    var parties: [String] { documents.flatMap { [$0.recipient.text, $0.document.party.text] } }
}
