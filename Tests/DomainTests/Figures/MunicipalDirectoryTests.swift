import TestSupport
import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct MunicipalDirectoryTests {
    /// A record padded to its columns; the names are real, the figures are made up.
    private func record(
        _ kind: String, ags: String, verband: String = "    ", _ name: String, hectares: String = "",
        inhabitants: String = "", day: String = "20231231"
    ) -> String {
        func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: width - text.count) }
        let head = kind + day + pad(ags, 8) + verband + pad(name, 50) + pad("", 50) + "640000"
        return head + pad(hectares, 11) + pad(inhabitants, 11)
    }

    private var lines: [String] {
        [
            record("10", ags: "01", "Schleswig-Holstein"), record("40", ags: "01057", "Plön"),
            record(
                "60", ags: "01057022", verband: "5739", "Grebin", hectares: "00000002854", inhabitants: "00000000945"),
            record(
                "60", ags: "01003000", verband: "0000", "Lübeck, Hansestadt", hectares: "21419", inhabitants: "218095"),
        ]
    }

    private let text = { (lines: [String]) in lines.joined(separator: "\r\n") + "\r\n" }

    @Test func readsMunicipalitiesInEveryEncodingFoundInTheWild() throws {
        let text = text(lines)
        let utf8 = try MunicipalDirectory(gv100ad: Array(text.utf8))
        let latin = try MunicipalDirectory(gv100ad: text.unicodeScalars.map { UInt8($0.value) })
        let codePage = try MunicipalDirectory(
            gv100ad: text.unicodeScalars.map { $0 == "ü" ? 0x81 : $0 == "ö" ? 0x94 : UInt8($0.value) })
        #expect(utf8 == latin && utf8 == codePage)
        #expect(utf8.asOf.description == "2023-12-31")
        #expect(utf8.municipalities.map(\.name) == ["Lübeck, Hansestadt", "Grebin"])
        let grebin = try #require(utf8.municipalities.last)
        #expect(grebin.ars.text == "010575739022" && grebin.ars.ags == "01057022")
        #expect(grebin.area.description == "28.54" && grebin.inhabitants == Quantity(945))
    }

    @Test func namesTheLineAtFault() throws {
        var broken = lines
        broken[1] = record("41", ags: "01057", "Plön")
        broken[2] = record("60", ags: "01057022", verband: "5739", "Grebin", hectares: "28,54", inhabitants: "945")
        broken.append(record("60", ags: "01057022", verband: "57", "Grebin", hectares: "1", inhabitants: "1"))
        broken.append(record("10", ags: "02", "Hamburg", day: "20231301"))
        broken.append(record("10", ags: "02", "Hamburg", day: "20240101"))
        let failure = try thrown { _ = try MunicipalDirectory(gv100ad: Array(text(broken).utf8)) }
        #expect(failure.violations.map(\.field) == (2...7).filter { $0 != 4 }.map { "file.lines[\($0)]" })
        let twice = try thrown { _ = try MunicipalDirectory(gv100ad: Array(text(lines + [lines[2]]).utf8)) }
        #expect(twice.message.contains("010575739022 twice"))
        #expect(try thrown { _ = try MunicipalDirectory(gv100ad: []) }.violations.map(\.field) == ["file"])
        #expect(try thrown { _ = try MunicipalDirectory(gv100ad: Array(lines[0].utf8)) }.reason == .invalidField)
    }

    @Test func hostileBytesAreRefusedNotTrappedOn() {
        property(seeds: 0..<300) { generator in
            var bytes = Array(text(lines).utf8)
            for _ in 0..<Int.random(in: 1...40, using: &generator) {
                let index = Int.random(in: bytes.indices, using: &generator)
                if generator.next() % 4 == 0 {
                    bytes.remove(at: index)
                } else {
                    bytes[index] = UInt8(truncatingIfNeeded: generator.next())
                }
            }
            do throws(Failure) {
                _ = try MunicipalDirectory(gv100ad: bytes)
            } catch {
                try #require([.invalidField, .missingField].contains(error.reason))
            }
        }
    }

    @Test func anImportSaysWhatItChanges() throws {
        let directory = try MunicipalDirectory(gv100ad: Array(text(lines).utf8))
        let day = try CivilDate("2023-06-30", field: "d")
        let reference = KeyFigureReference(kind: .inhabitants, day: day)
        // Lübeck is registered under its AGS.
        let codes = try ["010575739022", "01003000", "010010000000"].map { try party($0) }
        let byNumber = Dictionary(uniqueKeysWithValues: codes.map { ($0.text, $0) })
        func value(_ party: PartyCode, _ count: Int64, _ status: KeyFigureValue.Status) throws -> KeyFigureValue {
            try KeyFigureValue(
                party: party, reference: reference, quantity: Quantity(count), status: status, source: "before")
        }
        let known = try [value(codes[0], 940, .provisional), value(codes[2], 7, .final)]
        let report = try KeyFigureImport(
            directory, kind: .inhabitants, on: day, status: .final, known: known, codes: byNumber)
        #expect(report.summary.hasPrefix("1 added, 1 changed, 0 unchanged, 1 not mentioned"))
        #expect(report.changed.map(\.new.quantity) == [Quantity(945)] && report.notMentioned == [known[1]])
        #expect(report.toRecord.map(\.party) == [codes[1], codes[0]])
        #expect(report.added[0].source == "Destatis, Gemeindeverzeichnis GV100AD of 2023-12-31")
        let again = try KeyFigureImport(
            directory, kind: .inhabitants, on: day, status: .final, known: report.toRecord, codes: byNumber)
        #expect(again.unchanged == 2 && again.toRecord.isEmpty)
        let fixed = try KeyFigureImport(
            directory, kind: .inhabitants, on: day, status: .final, known: [value(codes[0], 1, .final)],
            codes: [codes[0].text: codes[0]])
        #expect(fixed.rejected.map(\.failure.violations[0].field) == ["status"] && fixed.changed.isEmpty)
        #expect(
            try thrown {
                _ = try KeyFigureImport(
                    directory, kind: .pupils, on: day, status: .final, known: [], codes: byNumber)
            }.violations[0].field == "kind")
    }
}
