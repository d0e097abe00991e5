import API
import Audit
import Domain
import Foundation
import SwiftProtobuf
import Testing

@Suite struct TableWriterTests {
    private func row(_ format: TableFormat, _ text: String, end: Domain.CivilDate? = nil) -> String {
        var writer = TableWriter(.ownership, as: format)
        writer.text("app")
        writer.text(text)
        writer.text("1/2")
        writer.day(Domain.CivilDate(year: 2012, month: 2, day: 29)!)
        if let end { writer.day(end) } else { writer.empty() }
        writer.integer(17)
        writer.endRow()
        return String(decoding: writer.take(), as: UTF8.self)
    }

    @Test func theAuditProfileQuotesWhatNeedsIt() {
        #expect(row(.csv, "a,\"b\"\r\n").hasSuffix("\r\napp,\"a,\"\"b\"\"\r\n\",1/2,2012-02-29,,17\r\n"))
        #expect(row(.csv, "=1+1").hasSuffix("\r\napp,=1+1,1/2,2012-02-29,,17\r\n"))
        #expect(row(.csv, "x").hasPrefix("application,party,share,valid_from,valid_until,register_position\r\n"))
    }

    @Test func theGermanProfileKeepsFormulasOut() {
        for start in ["=", "+", "-", "@", "\t", "\r"] {
            let text = row(.germanCSV, start + "SUM(A1;A2)")
            #expect(text.contains(";\"'\(start)SUM(A1;A2)\";"), "\(start)")
        }
        #expect(row(.germanCSV, "a;b").hasSuffix("\r\napp;\"a;b\";1/2;29.02.2012;;17\r\n"))
        #expect(Array(row(.germanCSV, "x").utf8.prefix(3)) == [0xEF, 0xBB, 0xBF])
    }

    @Test func numbersAreExactAndNeverPrefixed() {
        for (units, scale, text) in [
            (Int64(-5), 2, "-0.05"), (0, 2, "0.00"), (1250, 2, "12.50"), (7, 0, "7"),
            (.min, 9, "-9223372036.854775808"),
            (.max, 0, "9223372036854775807"),
        ] {
            #expect(usage(.csv, units, scale).contains(",\(text),,5,0\r\n"), "\(text)")
            let german = text.replacing(".", with: ",")
            #expect(usage(.germanCSV, units, scale).contains(";\(german);;5;0\r\n"), "\(text)")
            #expect(
                usage(.ndjson, units, scale).contains(
                    "\"quantity\":\"\(text)\",\"replaced_quantity\":null,\"register_position\":5"))
        }
        #expect(usage(.germanCSV, 1, 0).contains(";01.01.2012 00:00:00;01.01.2012 01:00:00;"))
    }

    @Test func jsonLinesEscape() {
        let line = row(.ndjson, "a\"\\\u{1}ü")
        #expect(
            line == "{\"application\":\"app\",\"party\":\"a\\\"\\\\\\u0001ü\",\"share\":\"1/2\","
                + "\"valid_from\":\"2012-02-29\",\"valid_until\":null,\"register_position\":17}\n")
    }

    /// Field n of a table's message is its column n, with the same name.
    @Test func messagesHaveTheColumnsOfTheirTables() throws {
        let messages: [String: any Message.Type] = [
            "usage/1": UsageExportRow.self, "agreements/1": AgreementExportRow.self,
            "ownership/1": OwnershipExportRow.self, "votes/1": VoteExportRow.self, "costs/1": CostExportRow.self,
            "settlements/1": SettlementExportRow.self, "entries/1": EntryExportRow.self,
        ]
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        for table in ExportTable.all {
            var writer = TableWriter(table, as: .protobuf)
            for column in table.columns {
                switch column.kind {
                case .text: writer.text("a")
                case .integer: writer.integer(1)
                case .decimal: writer.decimal(1, scale: 0)
                case .date: writer.day(Domain.CivilDate(year: 2012, month: 2, day: 29)!)
                case .instant: writer.instant(Instant(seconds: 0)!)
                case .bytes: writer.bytes([1])
                }
            }
            writer.endRow()
            let row = writer.take()
            let length = Int(row[0] & 127) + (row[0] > 127 ? Int(row[1]) << 7 : 0)
            let type = try #require(messages[table.name], "\(table.name)")
            let message = try type.init(serializedBytes: Array(row.suffix(length)))
            let object = try JSONSerialization.jsonObject(
                with: Data(message.jsonUTF8Bytes(options: options) as [UInt8]))
            let fields = try #require(object as? [String: Any])
            #expect(Set(fields.keys) == Set(table.columns.map(\.name)), "\(table.name)")
        }
    }

    /// An entry's change is called as in the schema.
    @Test func changesAreNamedAsTheSchemaNamesThem() throws {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        let changes: [RegisterEntry.OneOf_Change] = [
            .partyCreated(Party()), .costItemBooked(CostItem()), .agreementRevisionPutToVote(AgreementRevision()),
            .publiccodeImported(PubliccodeImported()), .usageBatchRecorded(UsageBatchRecorded()),
        ]
        for change in changes {
            let entry = RegisterEntry.with { $0.change = change }
            #expect(try entry.jsonString(options: options) == "{\"\(change.kind)\":{}}")
        }
    }

    private func usage(_ format: TableFormat, _ units: Int64, _ scale: Int) -> String {
        var writer = TableWriter(.usage, as: format)
        for text in ["a", "p", "m", "s"] { writer.text(text) }
        writer.instant(Instant(seconds: 1_325_376_000)!)
        writer.instant(Instant(seconds: 1_325_379_600)!)
        writer.decimal(units, scale: scale)
        writer.empty()
        writer.integer(5)
        writer.integer(0)
        writer.endRow()
        return String(decoding: writer.take(), as: UTF8.self)
    }
}
