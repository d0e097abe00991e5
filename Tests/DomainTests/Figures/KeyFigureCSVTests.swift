import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct KeyFigureCSVTests {
    private let heading = "party,kind,reference_date,value,status,source,published\r\n"

    @Test func takesGoodRowsAndRejectsOthersByLine() throws {
        let text =
            heading + "a,PUPILS,2023-10-01,61,FINAL,\"School office, \"\"Amtliche\"\"\nSchuldaten\",2024-02-01\r\n"
            + "b,PUPILS,2023-10-01,-1,FINAL,x,\r\nc,CATS,2023-10-32,1e3,DONE,x,\n\n"
            + "d,AREA,2023-12-31,12.50,PROVISIONAL,x,\r\n"
            + "e,AREA,2023-12-31\r\n"
        let csv = try KeyFigureCSV(Array(text.utf8))
        #expect(csv.rows.map(\.line) == [2, 7])
        #expect(csv.rows.map(\.value.quantity.description) == ["61", "12.50"])
        #expect(csv.rows[0].value.source == "School office, \"Amtliche\"\nSchuldaten")
        #expect(csv.rows[1].value.provenance == "x (provisional)")
        #expect(csv.rejected.map(\.line) == [4, 5, 8])
        #expect(csv.rejected[1].failure.violations.map(\.field) == ["reference_date", "value", "kind", "status"])
        let parties = try Set([party("a")])
        let report = KeyFigureImport(csv.rows + [csv.rows[0]], rejected: csv.rejected, known: [], parties: parties)
        #expect(report.summary == "1 added, 0 changed, 0 unchanged, 0 not mentioned, 1 of unknown parties, 4 rejected")
        #expect(report.unknownParties == (try [party("d")]))
    }

    @Test(arguments: [
        ("", "file"), ("party,kind\r\n", "file.lines[1]"), ("party,party\n", "file.lines[1]"), ("x\n", "file.lines[1]"),
        ("a\"b\n", "file.lines[1]"), ("a\n\"b", "file.lines[2]"), ("\"a\"b\n", "file.lines[1]"),
    ])
    func whatSpoilsTheFileIsNamed(text: String, field: String) throws {
        #expect(try thrown { _ = try KeyFigureCSV(Array(text.utf8)) }.violations.map(\.field) == [field])
    }

    @Test func onlyUTF8() throws {
        #expect(try thrown { _ = try KeyFigureCSV([0xFF, 0x41]) }.violations.map(\.field) == ["file"])
    }

    @Test func aStatusOnlyGrowsFirmer() {
        typealias Status = KeyFigureValue.Status
        let allowed = Status.allCases.flatMap { old in Status.allCases.map { (old, $0, $0.mayFollow(old)) } }
            .filter(\.2).map { "\($0.0)-\($0.1)" }
        #expect(allowed == ["provisional-provisional", "provisional-final", "final-revised", "revised-revised"])
    }
}
