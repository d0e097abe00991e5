import API
import Domain
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct KeyFigureImportTests {
    @Test func figuresTravelThereAndBack() throws {
        let file = """
            party,kind,reference_date,value,status,source
            a,AREA,2023-12-31,28.54,FINAL,S
            a,TAX_CAPACITY,2023-12-31,1234.5,REVISED,S
            a,PUPILS,2023-10-01,61,PROVISIONAL,S
            """
        let csv = try KeyFigureCSV(Array(file.utf8))
        let figures = try csv.rows.map { try API.KeyFigure($0.value) }
        #expect(figures.map(\.value) == [2854, 123_450, 61])
        #expect(figures.map(\.kind) == [.area, .taxCapacity, .pupils])
        #expect(figures.map(\.status) == [.final, .revised, .provisional])
        for (figure, row) in zip(figures, csv.rows) {
            let back = try figure.domainValue()
            #expect(back.reference == row.value.reference && back.status == row.value.status)
            #expect(back.quantity.order(against: row.value.quantity) == 0)
        }
    }

    @Test func theReportSaysWhatChanges() throws {
        let file = """
            party,kind,reference_date,value,status,source
            a,PUPILS,2023-10-01,61,REVISED,S
            b,PUPILS,2023-10-01,x,FINAL,S
            """
        let csv = try KeyFigureCSV(Array(file.utf8))
        var old = try API.KeyFigure(csv.rows[0].value)
        old.value = 1260
        old.status = .final
        let report = KeyFigureImport(
            csv.rows, rejected: csv.rejected, known: [try old.domainValue()], parties: [try PartyCode("a")])
        let text = ImportKeyFigures.text(report, [], isDry: true)
        #expect(text.hasPrefix("Nothing recorded; it would be: 0 added, 1 changed, 0 unchanged"))
        #expect(
            text.contains("a: 61 (revised) instead of 1,260 (final)\n")
                && text.contains("line 3: value must be a number"))
    }
}
