import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct DocumentTests {
    private func day(_ text: String) throws -> CivilDate { try CivilDate(text, field: "day") }

    @Test func numbersHaveLeadingZeros() {
        #expect(DocumentNumber(year: 2013, ordinal: 7).text == "2013-000007")
        #expect(DocumentNumber(year: 2013, ordinal: 1_234_567).text == "2013-1234567")
    }

    @Test func aZweckverbandIssuesNoticesAndEverybodyElseInvoices() {
        let kinds = SettlementDocument.Kind.allCases.map { DocumentKind(isLevy: true, $0, isFirst: $0 == .charge) }
        #expect(kinds == [.levyNotice, .amendedLevyNotice, .amendedLevyNotice])
        #expect(kinds.map(\.needsLegalRemedyNotice) == [true, true, true])
        #expect(DocumentKind(isLevy: true, .creditNote, isFirst: true) == .levyNotice)
        let invoices = SettlementDocument.Kind.allCases.map { DocumentKind(isLevy: false, $0, isFirst: false) }
        #expect(invoices == [.invoice, .correctedInvoice, .creditNote])
        #expect(invoices.map(\.needsLegalRemedyNotice) == [false, false, false])
    }

    @Test func theRateFollowsTheDay() throws {
        #expect(try VATCategory.standard.percent(on: day("2006-12-31")) == 16)
        #expect(try VATCategory.standard.percent(on: day("2012-06-30")) == 19)
        #expect(try VATCategory.standard.percent(on: day("2020-06-30")) == 19)
        #expect(try VATCategory.standard.percent(on: day("2020-12-31")) == 16)
        #expect(try VATCategory.standard.percent(on: day("2021-01-01")) == 19)
        #expect(try VATCategory.exempt.percent(on: day("1990-01-01")) == 0)
        #expect(try thrown { _ = try VATCategory.standard.percent(on: day("1998-03-31")) }.reason == .outOfRange)
    }

    /// U5: three lines of 0.03 are 0.02 of tax together, and would be 0.03 line by line.
    @Test func taxIsRoundedOncePerCategory() throws {
        let last = try day("2012-12-31")
        let taxes = try VATBreakdown(
            [(.standard, last, 3), (.standard, last, 3), (.standard, last, 3), (.notTaxable, last, 100)])
        #expect(taxes.entries.map(\.category) == [.notTaxable, .standard])
        #expect(taxes.entries.map(\.base) == [100, 9] && taxes.entries.map(\.tax) == [0, 2])
        #expect(taxes.net == 109 && taxes.tax == 2 && taxes.gross == 111)
        #expect(try VATBreakdown([(.standard, last, 50)]).tax == 10)
        #expect(try VATBreakdown([(.standard, last, -50)]).gross == -60)
        let rates = try VATBreakdown([(.standard, last, 100), (.standard, day("2020-12-31"), 100)])
        #expect(rates.entries.map(\.percent) == [16, 19])
        #expect(try thrown { _ = try VATBreakdown([(.standard, last, .max)]) }.reason == .outOfRange)
    }

    /// What turns out to be taxable is given back without tax and asked for with it.
    @Test func anotherCategoryOfTaxIsAnotherItem() throws {
        let year = try DateRange(day("2012-01-01"), day("2013-01-01"), field: "p")
        let free = OpenItem(period: year, pool: "OPERATION")
        let taxed = OpenItem(period: year, pool: "OPERATION", category: .standard)
        let issued = try IssuedAmounts([(try party("a"), free, 100), (try party("a"), free, 20)])
        #expect(issued.items == [free])
        let documents = try issued.documents(toReach: [free: [:], taxed: [party("a"): 120]])
        #expect(documents.map(\.kind) == [.correction] && !documents[0].isFirst)
        #expect(documents[0].lines.map(\.amount) == [-120, 120])
        #expect(documents[0].lines.map(\.item.category) == [.notTaxable, .standard])
    }

    @Test func untilThereIsABudgetTheLastRateApplies() throws {
        let (a, b, c) = try (party("a"), party("b"), party("c"))
        let rule = try AllocationRule([
            AllocationComponent(.keyFigure(.inhabitants, .december31OfPreviousYear), weight: .half),
            AllocationComponent(.equal, weight: .half),
        ])
        let figures = { (year: Int, values: [PartyCode: Quantity]) throws in
            let day = try CivilDate(year: year, month: 12, day: 31, field: "d")
            return [KeyFigureReference(kind: .inhabitants, day: day): PartyFigures(values)]
        }
        let last = try Allocation(
            of: 1000, by: rule,
            AllocationInputs(
                members: [a, b], year: 2012, keyFigures: figures(2011, [a: Quantity(30), b: Quantity(20)])))
        // Half of 1000 over 50 inhabitants are 10 each; b has left, c has joined.
        let now = try figures(2012, [a: Quantity(33), c: Quantity(5)])
        let levy = try ProvisionalLevy(at: last, members: [c, a], year: 2013, keyFigures: now)
        #expect(levy.lines.map(\.party) == [a, c] && levy.lines.map(\.amount) == [330 + 250, 50])
        #expect(
            levy.lines[0].parts.map(\.phrase) == [
                "by inhabitants on 2012-12-31 at the last rate", "in equal parts as in the last settlement",
            ])
        let missing = try thrown {
            _ = try ProvisionalLevy(at: last, members: [a], year: 2014, keyFigures: now)
        }
        #expect(missing.reason == .missingKeyFigure && missing.detail("parties") == "a")
    }
}
