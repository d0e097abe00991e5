import API
import Foundation
import GRPC
import SwiftProtobuf
import Testing

/// From a calculated settlement to documents, and to documents that correct them.
@Suite(.timeLimit(.minutes(5)))
struct SettlementTests {
    @Test func documentsAreNumberedAndSeenByTheirRecipientsAlone() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let calculated = try await settling.calculated("year-2012")
            #expect(calculated.kind == .final && calculated.vatTreatment == .notTaxable)
            let early = await refusal { _ = try await settling.office.issueSettlement(.issuing(calculated)) }
            #expect(early?.reason == "INVALID_STATE")
            var preview = IssueSettlementRequest.issuing(calculated)
            preview.validateOnly = true
            let drafts = try await settling.office.issueSettlement(preview).documents
            #expect(drafts.map(\.state) == [.draft, .draft, .draft] && drafts.map(\.name) == ["", "", ""])

            let documents = try await settling.issued(calculated)
            #expect(documents.map(\.name) == (1...3).map { Founding.consortium + "/documents/2013-00000\($0)" })
            #expect(documents.map(\.kind) == [.levyNotice, .levyNotice, .levyNotice])
            #expect(documents.map(\.payable.minorUnits) == calculated.lines.map(\.amount.minorUnits))
            #expect(documents[0].legalRemedyNotice == Settling.remedy && documents[0].legalRemedySha256.count == 32)
            #expect(documents[0].taxes.map(\.percent) == [0] && documents[0].instalments.count == 1)
            #expect(documents[0].recipientName == "Großheirath" && documents[0].precedingDocuments.isEmpty)

            for (person, document) in zip(Person.members, documents) {
                #expect(try await settling.documents(of: person) == [document])
            }
            let other = await refusal {
                _ = try await SettlementServiceClient(try house.client(.itzgrund)).getDocument(
                    .with { $0.name = documents[0].name })
            }
            #expect(other?.code == .notFound)
            let page = try await settling.office.listDocuments(
                .with {
                    $0.parent = Founding.consortium
                    $0.settlement = calculated.name
                    $0.pageSize = 2
                })
            let rest = try await settling.office.listDocuments(
                .with {
                    $0.parent = Founding.consortium
                    $0.settlement = calculated.name
                    $0.pageSize = 2
                    $0.pageToken = page.nextPageToken
                })
            #expect(page.documents + rest.documents == documents && rest.nextPageToken.isEmpty)
        }
    }

    /// T4: what is learned about an issued year comes as a difference; the documents before stay as they are (U4).
    @Test func lateKnowledgeIsCorrectedByDifferences() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let first = try await settling.calculated("year-2012")
            let before = try await settling.issued(first)
            _ = try await ingest([.batch(.itzgrund, first: 700, quantities: [150])], as: .itzgrund, in: house)
            _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("late", net: 1_000_000))
            let again = await refusal {
                let second = try await settling.calculated("second")
                _ = try await settling.issued(second)
            }
            #expect(again?.reason == "INVALID_STATE" && again?.resource == first.name)

            let correction = try await settling.corrected(first, as: "correction-1")
            #expect(correction.kind == .correction && correction.corrects == first.name)
            #expect(correction.usageRegisterSize == correction.registerSize)
            #expect(correction.lines.map(\.issuedBefore) == first.lines.map(\.amount))
            let changes = try await settling.issued(correction)
            #expect(changes.map(\.payable) == correction.lines.map(\.difference))
            #expect(changes.map(\.kind) == Array(repeating: .amendedLevyNotice, count: 3))
            #expect(changes.map(\.precedingDocuments) == before.map { [$0.name] })
            #expect(changes.map(\.payable.minorUnits).reduce(0, +) == 1_000_000)
            #expect(changes[0].name.hasSuffix("2013-000004"))
            let state = try await settling.office.getSettlement(.with { $0.name = first.name }).settlement.state
            #expect(state == .corrected)
            #expect(try await Array(settling.documents(of: .office).prefix(3)) == before)

            // A second correction follows the first one; whoever corrects the first settlement again is refused.
            let stale = await refusal { _ = try await settling.corrected(first, as: "stale") }
            #expect(stale?.reason == "INVALID_STATE")
            let second = try await settling.corrected(correction, as: "correction-2")
            #expect(second.lines.allSatisfy { $0.difference.minorUnits == 0 })
            #expect(try await settling.issued(second).isEmpty)
        }
    }

    @Test func ofTwoClerksOneIssues() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            async let one = settling.calculated("one")
            async let two = settling.calculated("two")
            let calculated = try await [one, two]
            #expect(calculated[0].lines.map(\.amount) == calculated[1].lines.map(\.amount))
            let approved = try await settling.approve(calculated[0])
            var outcomes: [Refusal?] = []
            try await withThrowingTaskGroup(of: Refusal?.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        await refusal { _ = try await settling.office.issueSettlement(.issuing(approved)) }
                    }
                }
                for try await outcome in group { outcomes.append(outcome) }
            }
            #expect(outcomes.count { $0 == nil } == 1)
            let losers = outcomes.compactMap(\.self)
            #expect(losers.map(\.code) == [.aborted, .aborted, .aborted])
            #expect(losers.allSatisfy { $0.reason == "ETAG_MISMATCH" && !($0.metadata["etag"] ?? "").isEmpty })
            #expect(try await settling.documents(of: .office).count == 3)
            // The other calculation can be approved, but the days are settled.
            let late = await refusal { _ = try await settling.issued(calculated[1]) }
            #expect(late?.reason == "INVALID_STATE")
            #expect(try await settling.documents(of: .office).count == 3)
        }
    }

    @Test func aDayThatIsOpenIsNotIssued() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let calculated = try await settling.calculated("year-2012")
            let approved = try await settling.approve(calculated)
            try await settling.reopen(2012, "reopen")
            let open = await refusal { _ = try await settling.office.issueSettlement(.issuing(approved)) }
            #expect(open?.reason == "INVALID_STATE" && open?.message.contains("REOPENED") == true)
            let fields: [(String, (inout IssueSettlementRequest) -> Void)] = [
                ("legal_remedy_notice", { $0.legalRemedyNotice = "" }), ("due_dates", { $0.dueDates = [] }),
                ("due_dates[0]", { $0.dueDates = [.day(2013, 2, 28)] }),
                ("due_dates[1]", { $0.dueDates = [.day(2013, 4, 1), .day(2013, 4, 1)] }),
            ]
            let periods = PeriodServiceClient(try house.client(.office))
            let period = try await periods.getPeriod(.with { $0.name = Founding.consortium + "/periods/y2012" }).period
            _ = try await periods.closePeriod(.closing(period))
            for (field, change) in fields {
                var request = IssueSettlementRequest.issuing(approved)
                change(&request)
                let refused = await refusal { _ = try await settling.office.issueSettlement(request) }
                #expect(refused?.fields == [field])
            }
            #expect(try await settling.documents(of: .office).isEmpty)
        }
    }

    /// Instalments in advance, by budget and at the last rate; the final settlement makes good the difference.
    @Test func advancesAreMadeGood() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            try await settling.issued(try await settling.calculated("year-2012"))
            for person in Person.members {
                _ = try await MunicipalityServiceClient(try house.client(person)).recordKeyFigure(
                    .inhabitants(of: person, year: 2012, value: 2000))
            }
            var request = CalculateSettlementRequest.settlement("advance-2013", year: 2013)
            request.advance.lastSettlement = Founding.consortium + "/settlements/year-2012"
            let provisional = try await settling.office.calculateSettlement(request).settlement
            // 5,000.00 in equal parts, 60,000.00 : 6,645 × 2,000 = 18,058.69 and 8,333.33 by cases, one cent more for
            // the last as in the settlement of 2012.
            #expect(provisional.lines.map(\.amount.minorUnits) == [3_139_202, 3_139_202, 3_139_203])
            #expect(provisional.kind == .advance)

            request = .settlement("budget-2013", year: 2013)
            request.advance.budget.pools = [
                .with {
                    $0.pool = .operation
                    $0.need = .euros(cents: 9_000_000)
                }
            ]
            let budget = try await settling.office.calculateSettlement(request).settlement
            #expect(budget.lines.map(\.amount.minorUnits) == [3_000_000, 3_000_000, 3_000_000])
            var issue = IssueSettlementRequest.issuing(try await settling.approve(budget))
            issue.dueDates = [.day(2013, 3, 15), .day(2013, 6, 15), .day(2013, 9, 15)]
            let notices = try await settling.office.issueSettlement(issue).documents
            #expect(notices[0].instalments.map(\.amount.minorUnits) == [1_000_000, 1_000_000, 1_000_000])

            for person in Person.members {
                _ = try await ingest(
                    [.batch(person, first: 366 * 24, quantities: [5])], as: person, in: house)
            }
            var cost = CreateCostItemRequest.cost("hosting-2013", net: 8_400_000)
            cost.costItem.servicePeriod = .year(2013)
            _ = try await CostServiceClient(try house.client(.office)).createCostItem(cost)
            try await settling.close(2013)
            let final = try await settling.calculated("year-2013", year: 2013)
            #expect(final.warnings.count == 1 && final.warnings[0].contains("6,000.00 EUR"))
            #expect(final.lines.map(\.difference.minorUnits) == [-200_000, -200_000, -200_000])
            let back = try await settling.issued(final)
            #expect(back.map(\.payable.minorUnits) == [-200_000, -200_000, -200_000])
            #expect(back[0].kind == .amendedLevyNotice && back[0].instalments.isEmpty)
            for settlement in [provisional, budget, final] {
                #expect(try await settling.recompute(settlement).isIdentical)
            }
        }
    }

    @Test func aLineIsExplainedToATreasurer() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let calculated = try await settling.calculated("year-2012")
            let client = SettlementServiceClient(try house.client(.itzgrund))
            let answer = try await client.explainSettlementLine(
                .with {
                    $0.name = calculated.name
                    $0.party = Person.itzgrund.party
                })
            #expect(answer.paragraphs.count == 3 && answer.lines.count == 1)
            #expect(answer.paragraphs[0].contains("of 2012-01-01 to 2012-12-31 shares out 100,000.00 EUR"))
            #expect(answer.paragraphs[1].contains("100,000.00 EUR hosting (R-hosting). Itzgrund bears"))
            #expect(answer.paragraphs[2].hasPrefix("In all Itzgrund bears 34,498.12 EUR and has 34,498.12 EUR to pay"))
            let other = await refusal {
                _ = try await client.explainSettlementLine(
                    .with {
                        $0.name = calculated.name
                        $0.party = Person.grossheirath.party
                    })
            }
            #expect(other?.code == .notFound)
            let list = try await client.listSettlements(.with { $0.parent = Founding.consortium })
            #expect(list.settlements.map(\.name) == [calculated.name] && list.settlements[0].lines.isEmpty)
        }
    }
}

extension RecordKeyFigureRequest {
    /// On 31 December.
    static func inhabitants(of person: Person, year: Int32, value: Int64) -> RecordKeyFigureRequest {
        .with {
            $0.keyFigure.party = person.party
            $0.keyFigure.kind = .inhabitants
            $0.keyFigure.referenceDate = .day(year, 12, 31)
            $0.keyFigure.value = value
            $0.keyFigure.status = .final
            $0.keyFigure.source = "Landesamt"
            $0.requestID = .newRequest
        }
    }
}
