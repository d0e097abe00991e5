import API
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct UsageGeneratorTests {
    private func text(records: Int, party: String = "09473132") throws -> [UInt8] {
        var bytes = UsageGenerator.header
        try UsageGenerator(year: 2012, metric: "cases", records: records).write(party: party) { bytes += $0 }
        return bytes
    }

    private func read(_ bytes: [UInt8]) throws -> [UsageRecord] {
        try bytes.withUnsafeBytes { buffer in
            var lines = buffer.split(separator: UInt8(ascii: "\n")).map { $0.dropLast() }
            var parser = try UsageLineParser(header: lines.removeFirst(), scales: ["cases": 0])
            var records: [UsageRecord] = []
            for line in lines { records.append(try parser.record(line)) }
            return records
        }
    }

    @Test(arguments: [1, 7, 366, 9001]) func theYearIsFilledWithoutGapOrOverlap(_ count: Int) throws {
        let records = try read(text(records: count))
        #expect(records.count == count)
        #expect(records.first?.intervalStart == 1_325_376_000)
        #expect(records.last?.intervalEnd == 1_356_998_400)
        for (one, next) in zip(records, records.dropFirst()) where one.intervalEnd != next.intervalStart {
            Issue.record("a gap after \(one.intervalEnd)")
        }
        #expect(records.allSatisfy { $0.intervalEnd > $0.intervalStart && (1...4).contains($0.quantity) })
    }

    @Test func everyRunGivesTheSameAndEveryPartyItsOwn() throws {
        #expect(try text(records: 1000) == text(records: 1000))
        let own = try read(text(records: 1000)).map(\.quantity)
        #expect(try read(text(records: 1000, party: "09473138")).map(\.quantity) != own)
    }

    @Test func whatCannotBeIsRefused() {
        #expect(throws: CommandFailure.self) { try UsageGenerator(year: 2012, metric: "cases", records: 0) }
        #expect(throws: CommandFailure.self) { try UsageGenerator(year: 2012, metric: "cases", records: 31_622_401) }
        #expect(throws: CommandFailure.self) { try UsageGenerator(year: 0, metric: "cases", records: 1) }
    }
}
