import Audit
import Testing

/// Whole members are dropped, doubled, exchanged or cut off.
@Suite(.timeLimit(.minutes(5)))
struct StructureTests {
    private static let names = [
        "README.txt", "checkpoint", "entries.binpb", "usage/000000000003.csv", "usage/000000000004.csv",
        "usage/000000000005.csv", "settlements/000000000006.csv", "settlements/000000000007.csv", "manifest.json",
    ]

    @Test(arguments: names)
    func aDroppedMemberIsMissing(_ name: String) throws {
        var bundle = try BundleBytes(SampleRegister.make().bundle())
        bundle.members.removeAll { $0.name == name }
        let report = try verify(bundle.archive())
        #expect(report.firstText == "\(name): is missing")
    }

    @Test(arguments: names)
    func aDoubledMemberIsRefused(_ name: String) throws {
        var bundle = try BundleBytes(SampleRegister.make().bundle())
        let copy = try #require(bundle.members.first { $0.name == name })
        let index = try #require(bundle.members.firstIndex(of: copy))
        bundle.members.insert(.init(name: "x" + copy.name.dropFirst(), content: copy.content), at: index + 1)
        var bytes = try bundle.archive()
        // The writer refuses a second member of the name, so it gets the name afterwards, and a checksum to match.
        let header = try #require(Self.header(of: "x" + copy.name.dropFirst(), in: bytes))
        let first = try #require(name.utf8.first)
        Self.setChecksum(&bytes, header, add: Int(first) - Int(bytes[header]))
        bytes[header] = first
        let report = try verify(bytes)
        #expect(report.firstText == "\(name): there are two members named \"\(name)\"")
    }

    @Test(arguments: 0..<8)
    func exchangedMembersAreOutOfOrder(_ index: Int) throws {
        var bundle = try BundleBytes(SampleRegister.make().bundle())
        bundle.members.swapAt(index, index + 1)
        let report = try verify(bundle.archive())
        #expect(report.firstText == "\(Self.names[index]): is missing")
        #expect(!report.isVerified)
    }

    @Test func exchangedContentsFail() throws {
        var bundle = try BundleBytes(SampleRegister.make(rows: [3, 3]).bundle())
        let (first, second) = (bundle.members[3].content, bundle.members[4].content)
        bundle.members[3].content = second
        bundle.members[4].content = first
        let report = try verify(bundle.archive())
        #expect(report.failures.map(\.place) == ["usage/000000000003.csv", "usage/000000000004.csv"])
        #expect(report.firstText.contains("exchanged"))
    }

    @Test(arguments: [0, 1, 3, 6, 9])
    func anAddedMemberIsRefused(_ index: Int) throws {
        for name in ["notes.txt", "usage/000000000099.csv", "usage/3.csv"] where index > 2 || name == "notes.txt" {
            var bundle = try BundleBytes(SampleRegister.make().bundle())
            bundle.members.insert(.init(name: name, content: [1, 2, 3]), at: index)
            let report = try verify(bundle.archive())
            #expect(report.firstPlace == name, "\(report.firstText)")
            #expect(report.failureCount == 1)
        }
    }

    @Test func aBundleCutOffAnywhereFails() throws {
        let bundle = try SampleRegister.make().bundle()
        for length in stride(from: 0, to: bundle.count, by: 97) {
            let report = try verify(Array(bundle.prefix(length)))
            #expect(report.firstText.contains("breaks off at byte \(length)"), "\(report.firstText)")
        }
    }

    @Test func aMemberCutOffIsNamed() throws {
        let bundle = try SampleRegister.make().bundle()
        let header = try #require(Self.header(of: "usage/000000000004.csv", in: bundle))
        let report = try verify(Array(bundle.prefix(header + 600)))
        #expect(report.firstPlace == "usage/000000000004.csv")
    }

    @Test func bytesBehindTheEndAreRefused() throws {
        let bundle = try SampleRegister.make().bundle()
        #expect(try verify(bundle + [UInt8](repeating: 0, count: 512)).isVerified)
        #expect(try verify(bundle + [1]).firstText.contains("data after the end mark"))
    }

    @Test func nothingIsNoBundle() throws {
        #expect(try !verify([]).isVerified)
        #expect(try !verify([UInt8](repeating: 0, count: 1024)).isVerified)
        #expect(try !verify(Array("not a bundle at all".utf8)).isVerified)
    }

    @Test(arguments: [
        (0, "has 4 rows; entry 5 counts 5"), (1, "has 6 rows; entry 5 counts 5"), (2, "put in another order"),
    ])
    func rowsDroppedDoubledOrExchangedAreFound(_ change: (kind: Int, words: String)) throws {
        var bundle = try BundleBytes(SampleRegister.make().bundle())
        let name = "usage/000000000005.csv"
        var lines = bundle.text(name).split(separator: "\r\n", omittingEmptySubsequences: false)
        switch change.kind {
        case 0: lines.remove(at: 2)
        case 1: lines.insert(lines[2], at: 2)
        default: lines.swapAt(2, 3)
        }
        bundle[name] = Array(lines.joined(separator: "\r\n").utf8)
        let report = try verify(bundle.archive())
        #expect(report.firstPlace == name)
        #expect(report.firstText.contains(change.words), "\(report.firstText)")
    }

    private static func header(of name: String, in bytes: [UInt8]) -> Int? {
        let wanted = Array(name.utf8) + [0]
        return stride(from: 0, to: bytes.count, by: 512).first { bytes[$0...].starts(with: wanted) }
    }

    private static func setChecksum(_ bytes: inout [UInt8], _ header: Int, add difference: Int) {
        let field = (header + 148)..<(header + 154)
        let sum = bytes[field].reduce(0) { $0 * 8 + Int($1) - 48 } + difference
        let text = String(sum, radix: 8)
        bytes.replaceSubrange(field, with: Array((String(repeating: "0", count: 6 - text.utf8.count) + text).utf8))
    }
}
