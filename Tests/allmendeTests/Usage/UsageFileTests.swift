import API
import Foundation
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(1)))
struct UsageFileTests {
    private func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try #require(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    private func records(_ text: String, scales: [String: Int] = ["cases": 0, "hours": 2]) throws -> [UsageRecord] {
        try withFile(text) { path in
            var file = try UsageFile(path, scales: scales)
            return try file.nextBatch()
        }
    }

    private static let header = "party,metric,interval_start,interval_end,quantity\n"

    @Test func linesAreReadInAnyOrderOfColumnsAndWithAnyLineEnd() throws {
        let text =
            "\u{FEFF}quantity,party,metric,interval_end,interval_start\r\n"
            + "12,09473132,cases,2012-01-01T01:00:00Z,2012-01-01\r\n\r\n"
            + "\"0.5\",\"09473132\",hours,2012-03-01T00:00:00Z,2012-02-29T23:59:59Z"
        let records = try records(text)
        #expect(records.count == 2)
        #expect(records[0].partyCode == "09473132" && records[0].metricID == "cases" && records[0].quantity == 12)
        #expect(records[0].intervalStart == 1_325_376_000 && records[0].intervalEnd == 1_325_379_600)
        #expect(records[1].quantity == 50)
        #expect(records[1].intervalStart == 1_330_559_999 && records[1].intervalEnd == 1_330_560_000)
    }

    @Test(arguments: [
        ("09473132,cases,2012-01-01,2012-01-02", "5 fields"),
        ("09473132,cases,2012-01-01,2012-01-02,1,", "5 fields"),
        ("09473132,calls,2012-01-01,2012-01-02,1", "no metric \"calls\""),
        ("09473132,cases,2012-02-30,2012-03-02,1", "interval_start"),
        ("09473132,cases,2012-01-01,2012-01-01T24:00:00Z,1", "interval_end"),
        ("09473132,cases,2012-01-01,2012-01-01T10:00:00+01,1", "interval_end"),
        ("09473132,cases,2012-01-01,2012-01-02,1.5", "quantity"),
        ("09473132,cases,2012-01-01,2012-01-02,many", "quantity"),
        ("09473132,cases,2012-01-01,2012-01-02,99999999999999999999", "quantity"),
    ])
    func whatIsWrongIsNamedWithItsLine(_ line: String, _ words: String) throws {
        let text = Self.header + "09473132,cases,2012-01-01,2012-01-02,1\n" + line + "\n"
        let error = #expect(throws: CommandFailure.self) { try records(text) }
        #expect(error?.description.contains("line 3:") == true)
        #expect(error?.description.contains(words) == true)
    }

    @Test(arguments: ["", "party,metric\n", "party,party,metric,interval_start,interval_end,quantity\n", "a,b,c,d,e\n"])
    func aFileWithoutItsColumnsIsRefused(_ text: String) {
        #expect(throws: CommandFailure.self) { try records(text) }
    }

    @Test func aFileIsCutIntoBatchesWithoutLosingALine() throws {
        let count = 217
        let lines = (0..<count).map { "09473132,cases,2012-01-01,2012-01-02,\($0)\n" }
        try withFile(Self.header + lines.joined()) { path in
            #expect(try LineFile.countOfLinesAfterTheFirst(path) == count)
            var file = try UsageFile(path, scales: ["cases": 0], batchSize: 100)
            var sizes: [Int] = []
            var quantities: [Int64] = []
            while case let batch = try file.nextBatch(), !batch.isEmpty {
                sizes.append(batch.count)
                quantities += batch.map(\.quantity)
            }
            #expect(sizes == [100, 100, 17])
            #expect(quantities.elementsEqual((0..<count).map(Int64.init)))
        }
    }

    @Test func aLineWithoutEndIsRefused() {
        let text = Self.header + String(repeating: "x", count: 3 << 20)
        #expect(throws: CommandFailure.self) { try records(text) }
    }
}
