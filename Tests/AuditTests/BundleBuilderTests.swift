import API
import Audit
import Register
import SwiftProtobuf
import TLS
import Testing

@Suite(.timeLimit(.minutes(5)))
struct BundleBuilderTests {
    @Test func membersStandInTheirOrder() throws {
        let bundle = try BundleBytes(SampleRegister.make().bundle())
        #expect(
            bundle.members.map(\.name) == [
                "README.txt", "checkpoint", "entries.binpb", "usage/000000000003.csv", "usage/000000000004.csv",
                "usage/000000000005.csv", "settlements/000000000006.csv", "settlements/000000000007.csv",
                "manifest.json",
            ])
    }

    @Test func theSameRegisterGivesTheSameBytes() throws {
        #expect(try SampleRegister.make().bundle() == SampleRegister.make().bundle())
    }

    @Test func usageRowsCarrySaltAndHash() throws {
        let text = try BundleBytes(SampleRegister.make(rows: [1]).bundle()).text("usage/000000000003.csv")
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(
            lines[0] == "application,party,metric,source,interval_start,interval_end,quantity,replaces,salt,leaf_hash")
        let line = "meldewesen,09473132,cases,rechenzentrum,2012-01-01T00:00:00Z,2012-01-01T00:30:00Z,0,"
        #expect(lines[1].hasPrefix(line + ","))
        let columns = lines[1].split(separator: ",")
        let salt = try #require(RowSalt(hex: String(columns[7])))
        // From the definition, not through the writer's own helpers.
        let leaf = SHA256.hash([0x00] + salt.bytes + Array(line.utf8))
        #expect(Hash(leaf)?.hex == String(columns[8]))
        #expect(lines.count == 3 && lines[2].isEmpty)
    }

    @Test func settlementsAreQuotedAsTheStandardSays() throws {
        let text = try BundleBytes(SampleRegister.make().bundle()).text("settlements/000000000006.csv")
        #expect(
            text
                == [
                    "pool,party,amount,currency,key,weight,ratio,unit,quantity,source,component_amount",
                    "operation,09473132,60000.00,EUR,equally,1/2,1/2,,0,,15000.00",
                    #"operation,09473132,60000.00,EUR,"by ""cases"", all",1/2,3/5,case,12.05,usage of 2012,45000.00"#,
                    "operation,09473138,40000.00,EUR,equally,1/2,1/2,,0,,10000.00",
                    #"operation,09473138,40000.00,EUR,"by ""cases"", all",1/2,2/5,case,12.05,usage of 2012,30000.00"#,
                    "",
                ].joined(separator: "\r\n"))
    }

    @Test func manifestHasDigestsAndSums() throws {
        let bundle = try BundleBytes(SampleRegister.make().bundle())
        let manifest = try Manifest(bundle["manifest.json"])
        #expect(manifest.bytes == bundle["manifest.json"])
        #expect(manifest.register == "consortia/itzgrund")
        #expect(manifest.size == 8)
        #expect(manifest.files.map(\.name) == bundle.members.dropLast().map(\.name))
        for file in manifest.files {
            #expect(file.bytes == bundle[file.name].count)
            #expect(file.sha256 == Hash(SHA256.hash(bundle[file.name]))?.hex)
        }
        #expect(manifest.files.map(\.rows) == [nil, nil, 8, 3, 1, 5, 4, 4])
        // Rows 0, 37, 74 / 1 / 2, 39, 76, 113, 150, cases and hundredths of hours in turn.
        #expect(manifest.usage.map(\.metric) == ["cases", "hours"])
        #expect(manifest.usage.map(\.quantity) == ["303", "1.89"])
        #expect(manifest.usage.map(\.rows) == [6, 3])
        #expect(manifest.settlements.map(\.total) == ["200000.00"])
        #expect(manifest.settlements.map(\.count) == [2])
    }

    @Test func anEmptyRegisterHasABundle() throws {
        var register = try SampleRegister.make(rows: [], settlements: 0)
        #expect(try BundleBytes(register.bundle()).members.count == 4)
        try register.add(.auditorAppointed(.with { $0.party = "parties/09473138" }))
        #expect(try BundleBytes(register.bundle()).members.count == 4)
    }

    @Test func refusesEntriesThatAreNotTheCheckpoints() throws {
        let register = try SampleRegister.make()
        let other = try register.checkpoint(root: .zero)
        #expect(throws: BundleError.self) { try Self.throughEntries(of: register, checkpoint: other) }
        let longer = try register.checkpoint(size: 9)
        #expect(throws: BundleError.entryCount(expected: 9, found: 8)) {
            try Self.throughEntries(of: register, checkpoint: longer)
        }
    }

    @Test func refusesRowsThatAreNotTheBatchs() throws {
        let register = try SampleRegister.make()
        let builder = try Self.throughEntries(of: register, checkpoint: register.checkpoint())
        #expect(throws: BundleError.rowsMismatch(position: 3)) {
            try builder.usage(register.member(register.batches[1]))
        }
    }

    @Test func refusesStepsOutOfOrder() throws {
        let register = try SampleRegister.make()
        let builder = try BundleBuilder(checkpoint: register.checkpoint())
        #expect(throws: BundleError.outOfOrder("the member of entries")) { try builder.beginEntries(byteCount: 1) }
        let second = try Self.throughEntries(of: register, checkpoint: register.checkpoint())
        #expect(throws: BundleError.outOfOrder("a member of a settlement")) { try second.nextSettlement() }
        #expect(throws: BundleError.outOfOrder("the end of the bundle")) { try second.finish() }
    }

    @discardableResult
    private static func throughEntries(of register: SampleRegister, checkpoint: [UInt8]) throws -> BundleBuilder {
        let builder = try BundleBuilder(checkpoint: checkpoint)
        _ = try builder.begin()
        let size = register.entries.map { BundleFormat.framedByteCount(entry: $0.count) }.reduce(0, +)
        _ = try builder.beginEntries(byteCount: size)
        var piece: [UInt8] = []
        for entry in register.entries { try builder.entry(entry, to: &piece) }
        try builder.endEntries()
        return builder
    }
}
