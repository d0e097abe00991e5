import API
import Audit
import Register
import SwiftProtobuf
import TLS
import Testing

/// What the register's own key signed can be wrong too: the verifier does not take the signer's word for it.
@Suite(.timeLimit(.minutes(5)))
struct SignedContentTests {
    @Test func aSettlementThatDoesNotAddUp() throws {
        var register = try SampleRegister.make(rows: [], settlements: 0)
        var settlement = SampleSettlement.make(index: 0)
        settlement.total.minorUnits += 1
        try register.add(.settlementCalculated(settlement))
        #expect(
            try verify(register.bundle()).firstText
                == "settlements/000000000003.csv: the lines add up to 100000.00 EUR, not to the total of 100000.01 EUR")
    }

    @Test func componentsThatDoNotAddUp() throws {
        var register = try SampleRegister.make(rows: [], settlements: 0)
        var settlement = SampleSettlement.make(index: 0)
        settlement.lines[1].components[0].amount.minorUnits -= 1
        try register.add(.settlementCalculated(settlement))
        #expect(
            try verify(register.bundle()).firstText
                == "settlements/000000000003.csv: the components of parties/09473138 do not add up to its line "
                + "of 40000.00 EUR"
        )
    }

    @Test func aCurrencyThatIsNotTheTotals() throws {
        var register = try SampleRegister.make(rows: [], settlements: 0)
        var settlement = SampleSettlement.make(index: 0)
        settlement.lines[1].amount.currency = "CHF"
        try register.add(.settlementCalculated(settlement))
        #expect(try verify(register.bundle()).firstText.contains("in another currency"))
    }

    @Test(arguments: [
        ("meldewesen,", "anderes,", "the row is no usage of"), ("rechenzentrum", "anderswo", "the row is no usage of"),
        (",cases,", ",CASES,", "a metric that the register does not have"),
        (":30:00Z,0", ":30:00Z,0.5", "not a number with the decimals"),
        (":30:00Z,0", ":30:00Z,00", "not a number with the decimals"),
        (":30:00Z,0", ":30:00Z,-1", "not a number with the decimals"),
        (":30:00Z,0", ":30:00Z,9223372036854775808", "not a number with the decimals"),
        (":30:00Z,0", ":30:00Z,0,0", "the row is no usage of"),
        (":30:00Z,0,", ":30:00Z,0,x", "not a number with"),
        ("09473132", "\"09473132\"", "the row is no usage of"),
    ])
    func aRowThatIsNotOfItsBatch(_ change: (from: String, to: String, words: String)) throws {
        var register = try SampleRegister.make(rows: [], settlements: 0)
        var batch = SampleRegister.batch(index: 0, rows: 1)
        let parts = batch.lines[0].split(separator: change.from, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2)
        batch.lines[0] = parts[0] + change.to + parts[1]
        try register.add(batch)
        let report = try verify(register.bundle())
        #expect(report.firstPlace == "usage/000000000003.csv row 1")
        #expect(report.firstText.contains(change.words), "\(report.firstText)")
    }

    @Test func aCountThatIsNotTheEntrys() throws {
        var register = try SampleRegister.make(rows: [2], settlements: 0)
        try register.add(
            .usageBatchRecorded(
                .with {
                    $0.application = SampleRegister.application
                    $0.sourceID = "rechenzentrum"
                }))
        #expect(throws: BundleError.self) { try register.bundle() }
    }

    @Test func entriesInAnotherFormOrPlace() throws {
        let unknownField: [UInt8] = [0xFA, 0x07, 0x01, 0x00]
        var cases: [(entry: [UInt8], words: String)] = []
        let good = try SampleRegister.make(rows: [1], settlements: 0).entries[3]
        cases.append((good + unknownField, "fields that this version does not know"))
        cases.append((Array(good.dropLast()), "no register entry"))
        let entry = try RegisterEntry(serializedBytes: good)
        var moved = entry
        moved.position = 7
        cases.append((try moved.serializedBytes(), "stands at position 7"))
        var foreign = entry
        foreign.register = "consortia/anderswo"
        cases.append((try foreign.serializedBytes(), "belongs to the register \"consortia/anderswo\""))
        var empty = entry
        empty.change = nil
        cases.append((try empty.serializedBytes(), "no change of a known kind"))
        for (bytes, words) in cases {
            let report = try Self.report(replacing: 3, with: bytes)
            #expect(report.firstPlace == "entries.binpb entry 3")
            #expect(report.firstText.contains(words), "\(report.firstText)")
        }
    }

    @Test func entriesDroppedFromTheFile() throws {
        let register = try SampleRegister.make(rows: [1], settlements: 0)
        var members = try BundleBytes(register.bundle())
        members["entries.binpb"].removeLast(BundleFormat.framedByteCount(entry: register.entries[3].count))
        #expect(
            try verify(members.archive()).firstText == "entries.binpb: holds 3 entries; the checkpoint counts 4")
    }

    /// A bundle whose entry at a position is another one, with a checkpoint that the key signed over it all the same.
    private static func report(replacing position: Int, with entry: [UInt8]) throws -> VerificationReport {
        let register = try SampleRegister.make(rows: [1], settlements: 0)
        var entries = register.entries
        entries[position] = entry
        var frontier = Frontier()
        for entry in entries { frontier.append(register.hasher.leaf(entry), using: register.hasher) }
        var members = try BundleBytes(register.bundle())
        members["checkpoint"] = try register.checkpoint(root: frontier.root(using: register.hasher))
        members["entries.binpb"] = entries.flatMap { entry in
            // Two bytes of length hold what these entries need.
            let length = [UInt8(entry.count & 0x7F) | 0x80, UInt8(entry.count >> 7)]
            return (entry.count < 0x80 ? [UInt8(entry.count)] : length) + entry
        }
        return try verify(members.archive())
    }
}
