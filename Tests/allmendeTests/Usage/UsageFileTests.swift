import API
import Foundation
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
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
            let batch = try file.nextBatch()
            if let (line, why) = batch.unreadable.first { throw CommandFailure("line \(line.number): \(why)") }
            return batch.records
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
        ("09473132,cases,2012-01-01,2012-01-02,NaN", "quantity"),
        ("09473132,cases,2012-01-01,2012-01-02,Infinity", "quantity"),
        ("09473132,cases,2012-01-01,2012-01-02,1e3", "quantity"),
        ("09473132,cases,2012-01-01,2012-01-02,0x10", "quantity"),
        ("09473132,cases,2012-01-01,2012-01-02,١٢", "quantity"),
        ("09473132,cases,2012-01-01,2012-01-02,", "quantity"),
        ("09473132,hours,2012-01-01,2012-01-02,nan", "quantity"),
        ("09473132,hours,2012-01-01,2012-01-02,.", "quantity"),
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
            #expect(try LineFile.countOfLines(path) == count + 1)
            var file = try UsageFile(path, scales: ["cases": 0], batchSize: 100)
            var sizes: [Int] = []
            var quantities: [Int64] = []
            while case let batch = try file.nextBatch(), !batch.isEmpty {
                sizes.append(batch.records.count)
                quantities += batch.records.map(\.quantity)
            }
            #expect(sizes == [100, 100, 17])
            #expect(quantities.elementsEqual((0..<count).map(Int64.init)))
        }
    }

    @Test func whatCannotBeReadIsSetAsideWithItsLine() throws {
        try withFile(Self.header + "a,cases,2012-01-01,2012-01-02,1\nrubbish\nb,cases,2012-01-01,2012-01-02,2\n") {
            var file = try UsageFile($0, scales: ["cases": 0])
            let batch = try file.nextBatch()
            #expect(batch.records.map(\.partyCode) == ["a", "b"])
            #expect(batch.lines.map(\.number) == [2, 4])
            #expect(batch.unreadable.map(\.line.number) == [3])
            #expect(batch.unreadable.map { String(decoding: $0.line.text, as: UTF8.self) } == ["rubbish"])
        }
    }

    @Test func aFileIsReadOnFromAPlace() throws {
        let lines = (0..<50).map { "09473132,cases,2012-01-01,2012-01-02,\($0)\n" }
        try withFile(Self.header + lines.joined()) { path in
            var file = try UsageFile(path, scales: ["cases": 0], batchSize: 20)
            let place = try file.nextBatch().end
            #expect(place.lines == 21)
            var rest = try UsageFile(path, scales: ["cases": 0], from: place)
            let batch = try rest.nextBatch()
            #expect(batch.records.map(\.quantity) == Array(20..<50))
            #expect(batch.lines.first?.number == 22)
        }
    }

    @Test func linesOfJSONAreReadExactly() throws {
        let good = """
            {"party":"9","metric":"hours","interval_start":"2012-01-01","interval_end":"2012-01-02","quantity":0.1}
            {"quantity" : "12","metric":"cases","party":"p","interval_end":"2012-01-02", "interval_start":"2012-01-01"}

            """
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".ndjson").path
        let wrong = [
            "[]", "{}", "{\"party\":1}", "{\"party\":\"a\",\"party\":\"b\"}", "{\"x\":1}", "{\"party\":{}}",
            "{\"party\":\"a\\u0041\"}", "{\"party\":\"a",
        ]
        let text = good + wrong.joined(separator: "\n") + "\n"
        try #require(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
        defer { try? FileManager.default.removeItem(atPath: path) }
        var file = try UsageFile(path, scales: ["cases": 0, "hours": 2])
        let batch = try file.nextBatch()
        #expect(batch.records.map(\.quantity) == [10, 12])
        #expect(batch.records.map(\.metricID) == ["hours", "cases"])
        #expect(batch.unreadable.count == wrong.count)
    }

    @Test func aLineWithoutEndIsRefused() {
        let text = Self.header + String(repeating: "x", count: 3 << 20)
        #expect(throws: CommandFailure.self) { try records(text) }
    }
}
