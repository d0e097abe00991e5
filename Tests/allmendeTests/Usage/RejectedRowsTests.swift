import Foundation
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct RejectedRowsTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

    private func add(_ number: Int, to rows: RejectedRows) throws {
        let line = UsageFile.Line(number: number, text: Array("a,\"b\"".utf8))
        try rows.add(line, field: "quantity", reason: "OUT_OF_RANGE", message: "must be less, \(number)")
    }

    private func lines() throws -> [String] {
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\r\n").map(String.init)
    }

    private func line(_ number: Int) -> String {
        "\(number),quantity,OUT_OF_RANGE,\"must be less, \(number)\",\"a,\"\"b\"\"\""
    }

    private static let header = "line,field,reason,message,row"

    /// What was written behind the last place that was kept is written again, and not twice.
    @Test func anInterruptedReportKeepsItsRowsOnce() throws {
        let first = RejectedRows(path)
        try add(3, to: first)
        let kept = first.place
        try add(5, to: first)
        #expect(kept.rows == 1 && first.place.rows == 2)
        let second = RejectedRows(path, after: kept)
        #expect(second.place == kept)
        try add(5, to: second)
        try add(8, to: second)
        #expect(second.place.rows == 3)
        #expect(try lines() == [Self.header, line(3), line(5), line(8)])
    }

    @Test func aNewReportBeginsItsFileAnew() throws {
        try add(3, to: RejectedRows(path))
        let rows = RejectedRows(path)
        #expect(rows.place.rows == 0 && !FileManager.default.fileExists(atPath: path))
        try add(4, to: rows)
        #expect(try lines() == [Self.header, line(4)])
    }

    @Test func whoeverTookTheFileAwayHasItsRows() throws {
        let first = RejectedRows(path)
        try add(3, to: first)
        try FileManager.default.removeItem(atPath: path)
        let second = RejectedRows(path, after: first.place)
        #expect(second.place.rows == 0)
        try add(8, to: second)
        #expect(try lines() == [Self.header, line(8)])
    }
}
