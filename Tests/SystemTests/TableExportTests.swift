import API
import Foundation
import GRPC
import Register
import SwiftProtobuf
import TLS
import TestSupport
import Testing

/// Exports of tables: the same bytes for the same question at the same checkpoint, whatever happens in between.
@Suite(.timeLimit(.minutes(5)))
struct TableExportTests {
    private static let contents = ExportContent.allCases.filter { $0 != .unspecified }
    private static let formats = ExportFormat.allCases.filter { $0 != .unspecified }

    @Test func everyTableInEveryFormHasItsManifest() async throws {
        try await House.with(.founded) { house in
            try await work(house)
            for content in Self.contents {
                var rows: [Int] = []
                for format in Self.formats {
                    let file = try await export(content, format, .auditor, house)
                    #expect(try await export(content, format, .office, house).data == file.data)
                    let manifest = try Manifest(file.manifest)
                    #expect(manifest.files[0].sha256 == hex(SHA256.hash(Array(file.data))), "\(content) \(format)")
                    #expect(manifest.files[0].bytes == file.data.count && manifest.rows > 0)
                    #expect(manifest.checkpoint.hasPrefix("allmende/\(Founding.consortium)\n\(manifest.size)\n"))
                    rows.append(manifest.rows)
                    let lines = file.data.count { $0 == UInt8(ascii: "\n") }
                    switch format {
                    case .csv, .csvGerman: #expect(lines == manifest.rows + 1)
                    case .ndjson: #expect(lines == manifest.rows)
                    default: break
                    }
                }
                #expect(Set(rows).count == 1, "\(content): \(rows)")
            }
        }
    }

    @Test func sumsAndMessagesSayWhatTheRowsSay() async throws {
        try await House.with(.founded) { house in
            try await work(house)
            let file = try await export(.usage, .protobuf, .auditor, house)
            let rows: [UsageExportRow] = try messages(file.data)
            #expect(rows.count == 330)
            let total = rows.compactMap { Int64($0.quantity) }.reduce(0, +)
            #expect(total == Figures.cases.reduce(0, +))
            #expect(try Manifest(file.manifest).sums.map(\.total) == ["\(total)"])
            // Each message in its canonical form, and the same row as in CSV.
            let csv = String(decoding: try await export(.usage, .csv, .auditor, house).data, as: UTF8.self)
            let second = csv.split(separator: "\r\n")[1]
            let row = rows[0]
            let columns = [
                row.application, row.party, row.metric, row.source, row.intervalStart, row.intervalEnd, row.quantity,
                row.replacedQuantity, "\(row.registerPosition)", "\(row.rowIndex)",
            ]
            #expect(columns.joined(separator: ",") == second)
            let settlements: [SettlementExportRow] = try messages(
                try await export(.settlements, .protobuf, .auditor, house).data)
            #expect(Set(settlements.map(\.currency)) == ["EUR"])
            let settled = try Manifest(try await export(.settlements, .csv, .auditor, house).manifest)
            #expect(settled.sums.map(\.total) == ["100000.01"])
            let entries: [EntryExportRow] = try messages(try await export(.entries, .protobuf, .auditor, house).data)
            #expect(entries.map(\.position) == Array(0..<Int64(entries.count)))
        }
    }

    @Test func aPartyExportsItsOwnRowsAlone() async throws {
        try await House.with(.founded) { house in
            try await work(house)
            let own = try await export(.usage, .protobuf, .itzgrund, house) { $0.party = Person.itzgrund.party }
            let rows: [UsageExportRow] = try messages(own.data)
            #expect(rows.count == 110 && rows.allSatisfy { $0.party == Person.itzgrund.code })
            // The office gets the same bytes for the same question.
            let office = try await export(.usage, .protobuf, .office, house) { $0.party = Person.itzgrund.party }
            #expect(office == own)
            let lines: [SettlementExportRow] = try messages(
                try await export(.settlements, .protobuf, .itzgrund, house) { $0.party = Person.itzgrund.party }.data)
            #expect(!lines.isEmpty && lines.allSatisfy { $0.party == Person.itzgrund.code })
            let january = try await export(.usage, .csv, .auditor, house) {
                $0.period.start = .day(2012, 1, 1)
                $0.period.end = .day(2012, 1, 2)
            }
            #expect(try Manifest(january.manifest).rows == 72)

            for content in [ExportContent.usage, .settlements, .entries] {
                for party in ["", Person.grossheirath.party] {
                    let refused = await refusal {
                        _ = try await export(content, .csv, .itzgrund, house) {
                            if content != .entries { $0.party = party }
                        }
                    }
                    #expect(refused?.reason == "PERMISSION_DENIED", "\(content) \(party)")
                }
            }
            let cases: [(ExportContent, (inout ExportFilter) -> Void, String)] = [
                (.unspecified, { _ in }, "filter.content"),
                (.costs, { $0.party = Person.itzgrund.party }, "filter.party"),
                (.votes, { $0.period = .year(2012) }, "filter.period"),
                (.costs, { $0.application = Founding.application }, "filter.application"),
                (.entries, { $0.party = Person.itzgrund.party }, "filter.party"),
            ]
            for (content, change, field) in cases {
                let refused = await refusal { _ = try await export(content, .csv, .auditor, house, change) }
                #expect(refused?.fields == [field], "\(content)")
            }
        }
    }

    /// A client that is killed fifty times at places of chance ends with the same digest.
    @Test func anExportGoesOnAtAnyByte() async throws {
        try await House.with(.founded) { house in
            try await work(house)
            for gzip in [false, true] {
                let whole = try await export(.usage, .csv, .auditor, house, gzip: gzip)
                let size = Int64(try Manifest(whole.manifest).size)
                var generator = SplitMix64(seed: 5117)
                let cuts = (0..<50).map { _ in Int.random(in: 0...whole.data.count, using: &generator) }.sorted()
                var data = Data()
                for cut in cuts {
                    let rest = try await export(
                        .usage, .csv, .auditor, house, gzip: gzip, size: size, offset: Int64(data.count),
                        stopAt: cut)
                    data += rest.data.prefix(max(0, cut - data.count))
                }
                data += try await export(
                    .usage, .csv, .auditor, house, gzip: gzip, size: size, offset: Int64(data.count)
                ).data
                #expect(SHA256.hash(Array(data)) == SHA256.hash(Array(whole.data)))
                let file = try #require(try Manifest(whole.manifest).files.last)
                #expect(file.sha256 == hex(SHA256.hash(Array(data))) && file.name.hasSuffix(".gz") == gzip)
            }
        }
    }

    /// Changes between two exports that must be the same; `make soak` makes a million.
    private static let laterChanges =
        ProcessInfo.processInfo.environment["ALLMENDE_LATER_CHANGES"].flatMap(Int.init) ?? 20_000

    /// Later changes, VACUUM FULL, and a dump restored into another database change nothing.
    @Test func aSecondExportIsTheSameToTheByte() async throws {
        try await House.with(.founded) { house in
            try await work(house)
            var before: [ExportContent: File] = [:]
            for content in Self.contents { before[content] = try await export(content, .csv, .auditor, house) }
            let size = Int64(try Manifest(try #require(before[.usage]).manifest).size)
            let bundle = try await self.bundle(size, house)
            try await changeMuch(house)
            try house.database.execute("VACUUM FULL")
            for content in Self.contents {
                #expect(try await export(content, .csv, .auditor, house, size: size) == before[content], "\(content)")
            }
            #expect(try await self.bundle(size, house) == bundle)
            try await House.with(try house.database.restoredDump()) { restored in
                for content in Self.contents {
                    let again = try await export(content, .csv, .auditor, restored, size: size)
                    #expect(again == before[content], "\(content)")
                }
                #expect(try await self.bundle(size, restored) == bundle)
            }
        }
    }

    /// Adds records of new minutes, corrects some of the first, and books costs.
    private func changeMuch(_ house: House) async throws {
        let batch = 10_000
        for first in stride(from: 0, to: Self.laterChanges, by: batch) {
            let minutes = Int64(first)..<Int64(min(first + batch, Self.laterChanges))
            let receipts = try await ingest([.minutes(minutes, of: .itzgrund)], as: .itzgrund, in: house)
            #expect(receipts.map(\.recordCount) == [Int64(minutes.count)])
        }
        for round in 0..<10 {
            var correction = IngestUsageRequest.batch(.itzgrund, first: Int64(round), quantities: [999])
            correction.supersede = true
            _ = try await ingest([correction], as: .itzgrund, in: house)
            _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("later-\(round)", net: 1))
        }
    }

    /// What is no longer there is not exported as if it had never been.
    @Test func pastItsRetentionAnExportIsRefused() async throws {
        try await House.with(.founded) { house in
            try await work(house)
            let before = try await export(.usage, .csv, .auditor, house)
            let size = Int64(try Manifest(before.manifest).size)
            try house.database.execute("DELETE FROM usage_record WHERE interval_start < '2012-01-03 00:00:00+00'")
            let refused = await refusal { _ = try await export(.usage, .csv, .auditor, house, size: size) }
            #expect(refused?.reason == "NO_LONGER_KEPT")
            #expect(refused?.metadata["manifest_sha256"] == hex(SHA256.hash(Array(before.manifest.utf8))))
        }
    }

    /// A month's partition is dropped: no byte of what lay in it goes out, and what was exported before is named.
    @Test func whatLayInADroppedMonthIsRefusedBeforeTheFirstByte() async throws {
        try await House.with(.founded) { house in
            try await work(house)
            _ = try await ingest([.batch(.itzgrund, first: 24 * 40, quantities: [1, 2])], as: .itzgrund, in: house)
            let february: (inout ExportFilter) -> Void = {
                $0.period.start = .day(2012, 2, 1)
                $0.period.end = .day(2012, 3, 1)
            }
            let before = try await export(.usage, .csv, .auditor, house)
            let kept = try await export(.usage, .csv, .auditor, house, february)
            let size = Int64(try Manifest(before.manifest).size)
            let bundle = try await self.bundle(size, house)
            #expect(try Manifest(kept.manifest).rows == 2)
            try house.database.execute("DROP TABLE usage_record_2012_01")

            let exports: [(String?, Person, @Sendable () async throws -> Void)] = [
                (
                    hex(SHA256.hash(Array(before.manifest.utf8))), .auditor,
                    { _ = try await export(.usage, .csv, .auditor, house, size: size, isRefused: true) }
                ),
                (
                    nil, .auditor,
                    { _ = try await export(.usage, .ndjson, .auditor, house, size: size, isRefused: true) }
                ),
                (
                    nil, .itzgrund,
                    {
                        _ = try await export(.usage, .csv, .itzgrund, house, size: size, isRefused: true) {
                            $0.party = Person.itzgrund.party
                        }
                    }
                ),
                (hex(SHA256.hash(try manifest(of: bundle))), .auditor, { _ = try await self.bundle(size, house) }),
                (nil, .itzgrund, { _ = try await self.bundle(size, house, .itzgrund) }),
            ]
            for (digest, person, export) in exports {
                let refused = await refusal { try await export() }
                #expect(refused?.code == .failedPrecondition && refused?.reason == "NO_LONGER_KEPT", "\(person)")
                #expect(refused?.metadata["manifest_sha256"] == digest, "\(person)")
            }
            // What is left of the same usage, and all else, is exported as before.
            #expect(try await export(.usage, .csv, .auditor, house, size: size, february) == kept)
            _ = try await export(.costs, .csv, .auditor, house, size: size)
        }
    }

    // MARK: - Support

    /// The audit bundle; of a municipality the excerpt of its own usage. Where it is refused, no byte came before.
    private func bundle(_ size: Int64, _ house: House, _ person: Person = .auditor) async throws -> Data {
        var request = ExportAuditBundleRequest()
        request.consortium = Founding.consortium
        request.registerSize = size
        if person != .auditor { request.excerpt.party = person.party }
        let stream = try await ExportServiceClient(try house.client(person)).exportAuditBundle(request)
        var bytes = Data()
        do {
            while let piece = try await stream.receive() { bytes += piece.data }
        } catch {
            #expect(bytes.isEmpty)
            throw error
        }
        return bytes
    }

    /// The last member of a bundle.
    private func manifest(of bundle: Data) throws -> [UInt8] {
        var (reader, manifest) = (TarReader(), [UInt8]())
        try reader.feed(Array(bundle)) { event in
            switch event {
            case .member: manifest = []
            case .content(let piece): manifest.append(contentsOf: piece)
            case .endOfMember: break
            }
        }
        return manifest
    }

    private struct File: Equatable {
        var data = Data()
        var manifest = ""
    }

    /// The part of a manifest that the tests look at.
    private struct Manifest: Decodable {
        struct Entry: Decodable {
            let name: String
            let bytes: Int
            let sha256: String
        }
        struct Sum: Decodable {
            let total: String
        }
        let checkpoint: String
        let rows: Int
        let size: Int
        let files: [Entry]
        let sums: [Sum]

        init(_ text: String) throws {
            self = try JSONDecoder().decode(Manifest.self, from: Data(text.utf8))
        }
    }

    private func export(
        _ content: ExportContent, _ format: ExportFormat, _ person: Person, _ house: House, gzip: Bool = false,
        size: Int64? = nil, offset: Int64 = 0, stopAt: Int? = nil, isRefused: Bool = false,
        _ change: (inout ExportFilter) -> Void = { _ in }
    ) async throws -> File {
        var request = ExportTableRequest()
        request.filter.consortium = Founding.consortium
        request.filter.content = content
        change(&request.filter)
        request.format = format
        request.gzip = gzip
        request.offset = offset
        if let size { request.asOf.registerSize = size }
        let stream = try await ExportServiceClient(try house.client(person)).exportTable(request)
        var file = File()
        while let piece = try await stream.receive() {
            #expect(!isRefused, "a byte came before the refusal")
            if !piece.data.isEmpty {
                #expect(piece.offset == offset + Int64(file.data.count))
                file.data += piece.data
                if let stopAt, Int(offset) + file.data.count >= stopAt {
                    stream.cancel()
                    return file
                }
            }
            file.manifest = piece.manifest
        }
        return file
    }

    private func messages<Row: Message>(_ data: Data) throws -> [Row] {
        var rows: [Row] = []
        var rest = data[...]
        while !rest.isEmpty {
            var (length, shift) = (0, 0)
            while let byte = rest.popFirst() {
                length |= Int(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            rows.append(try Row(serializedBytes: rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        let again = try rows.reduce(into: Data()) { data, row in
            let bytes: Data = try row.serializedData()
            var length = bytes.count
            while length >= 0x80 {
                data.append(UInt8(truncatingIfNeeded: length) | 0x80)
                length >>= 7
            }
            data.append(UInt8(length))
            data += bytes
        }
        #expect(again == data)
        return rows
    }

    /// 110 records of each member, costs and a settlement.
    private func work(_ house: House) async throws {
        for (person, cases) in zip(Person.members, Figures.cases) {
            let quantities = (0..<110).map { cases / 110 + (Int64($0) < cases % 110 ? 1 : 0) }
            _ = try await ingest([.batch(person, quantities: quantities)], as: person, in: house)
        }
        _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("all", net: 10_000_001))
        _ = try await SettlementServiceClient(try house.client(.office)).calculateSettlement(.settlement("y2012"))
    }
}
