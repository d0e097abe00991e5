import API
import Foundation
import TestSupport
import Testing

/// `allmende usage report`: what is wrong with a row fails no other and is written down, and an interrupted report goes
/// on where it was.
@Suite(.timeLimit(.minutes(5)))
struct UsageReportTests {
    private func withFile(
        _ name: String, _ lines: [String], _ body: (_ file: String) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: name).path
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        try await body(file)
    }

    private func command(_ file: String) -> String {
        "usage report \(file) --consortium itzgrund --app bauantrag --source system --batch-size 2"
    }

    private static let header = "party,metric,interval_start,interval_end,quantity"

    /// An hour of 2012.
    private func row(_ hour: Int, _ quantity: String, _ person: Person = .itzgrund) -> String {
        "\(person.code),cases,2012-01-01T0\(hour):00:00Z,2012-01-01T0\(hour + 1):00:00Z,\(quantity)"
    }

    /// Line, field and reason of the rows that were not stored, in the order of the lines, and the rows.
    private func rejected(_ path: String) throws -> [String] {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\r\n")
        #expect(lines.first == "line,field,reason,message,row")
        return lines.dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            let row = line.split(separator: "\",\"").last?.dropLast() ?? ""
            return cells.prefix(3).joined(separator: " ") + ": " + row
        }.sorted()
    }

    @Test func rowsThatAreNotStoredAreWrittenDown() async throws {
        try await House.with(.founded) { house in
            let rows = [
                Self.header, row(0, "3"), row(1, "1", .grossheirath), "rubbish", row(2, "4"), row(3, "NaN"),
                row(0, "9"), row(4, "5"), row(5, "1000000000000001"),
            ]
            let expected = [
                "3 party_code PERMISSION_DENIED: \(rows[2])", "4  UNREADABLE: rubbish", "6  UNREADABLE: \(rows[5])",
                "7 quantity DUPLICATE_RECORD: \(rows[6])", "9 quantity OUT_OF_RANGE: \(rows[8])",
            ]
            let runner = CommandRunner(house: house)
            try await withFile("usage.csv", rows) { file in
                let first = try await runner.refusal(.itzgrund, command(file))
                #expect(first.contains("3 records in"), "\(first)")
                #expect(first.contains("1 contradict what is stored; 4 were refused"), "\(first)")
                #expect(first.contains("5 rows were not stored; they are in \(file).rejected.csv."), "\(first)")
                #expect(try rejected(file + ".rejected.csv") == expected)
                // The same again: nothing is counted twice, and the same rows are refused, once.
                let second = try await runner.refusal(.itzgrund, command(file))
                #expect(second.contains("stored before and not counted again"), "\(second)")
                #expect(try rejected(file + ".rejected.csv") == expected)
                #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [12])
            }
        }
    }

    @Test func linesOfJSONAreReportedToo() async throws {
        try await House.with(.founded) { house in
            let rows = [(6, "7"), (7, "1e3"), (8, "2")].map { hour, quantity in
                """
                {"party": "\(Person.itzgrund.code)", "metric": "cases", "quantity": \(quantity), \
                "interval_start": "2012-01-01T0\(hour):00:00Z", "interval_end": "2012-01-01T0\(hour):30:00Z"}
                """
            }
            try await withFile("usage.ndjson", rows) { file in
                let text = try await CommandRunner(house: house).refusal(
                    .itzgrund, command(file) + " --rejected \(file).wrong")
                #expect(text.contains("1 row was not stored; it is in \(file).wrong."), "\(text)")
                let wrong = try String(contentsOfFile: file + ".wrong", encoding: .utf8)
                #expect(wrong.contains("\r\n2,,UNREADABLE,"), "\(wrong)")
                #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [9])
            }
        }
    }

    /// The third batch cannot be stored. What was refused before is said at the end, by the report that reaches it.
    @Test func anInterruptedReportGoesOnWhereItWas() async throws {
        try await House.with(.founded) { house in
            let rows = [Self.header, row(0, "3"), row(1, "1", .grossheirath)] + (2..<8).map { row($0, "1") }
            let size = try #require(
                try house.database.number("SELECT size FROM register WHERE name = '\(Founding.consortium)'"))
            try house.database.duringCommit("IF NEW.position = \(size + 2) THEN RAISE disk_full; END IF")
            let runner = CommandRunner(house: house)
            try await withFile("usage.csv", rows) { file in
                let first = try await runner.refusal(.itzgrund, command(file))
                #expect(
                    first.contains("Batches acknowledged before this: 2; the next report goes on behind them."),
                    "\(first)")
                #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [5])
                try house.database.leaveCommitAlone()
                let second = try await runner.refusal(.itzgrund, command(file))
                #expect(second.contains("Going on behind line 5."), "\(second)")
                #expect(second.contains("4 records in 2 batches; "), "\(second)")
                #expect(second.contains("1 row was not stored; it is in \(file).rejected.csv."), "\(second)")
                #expect(try rejected(file + ".rejected.csv") == ["3 party_code PERMISSION_DENIED: \(rows[2])"])
                #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [9])
                // It has come to its end: the next one begins anew, and counts nothing twice.
                #expect(!FileManager.default.fileExists(atPath: file + ".progress"))
                let third = try await runner.refusal(.itzgrund, command(file))
                #expect(!third.contains("Going on") && third.contains("4 stored before"), "\(third)")
                #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [9])
            }
        }
    }
}
