import Audit
import TestSupport
import Testing

/// One byte is changed somewhere in a bundle: the verifier must fail and name the place.
@Suite(.timeLimit(.minutes(5)))
struct TamperingTests {
    private static let usage = "usage/000000000005.csv"

    /// The report on a bundle in which the byte at an offset of a member is another, random one.
    private static func report(
        on bundle: BundleBytes, changing name: String, at offset: Int, using generator: inout SplitMix64
    ) throws -> VerificationReport {
        var members = bundle
        members[name][offset] ^= UInt8.random(in: 1...255, using: &generator)
        return try verify(members.archive())
    }

    private static func seed() -> UInt64 {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        return seed
    }

    @Test(arguments: [
        "README.txt", "checkpoint", "entries.binpb", "usage/000000000004.csv", "settlements/000000000006.csv",
        "manifest.json",
    ])
    func anyByteOfAMemberIsNamed(_ name: String) throws {
        var generator = SplitMix64(seed: Self.seed())
        let members = try BundleBytes(SampleRegister.make().bundle())
        for _ in 0..<60 {
            let offset = Int.random(in: 0..<members[name].count, using: &generator)
            let report = try Self.report(on: members, changing: name, at: offset, using: &generator)
            #expect(!report.isVerified, "\(name) byte \(offset)")
            #expect(report.firstPlace.hasPrefix(name), "\(name) byte \(offset): \(report.firstText)")
        }
    }

    @Test func aChangedRowIsNamedAndShown() throws {
        var generator = SplitMix64(seed: Self.seed())
        let members = try BundleBytes(SampleRegister.make().bundle())
        let content = members[Self.usage]
        let header = try #require(content.firstIndex(of: UInt8(ascii: "\n"))) + 1
        for _ in 0..<100 {
            let offset = Int.random(in: header..<content.count, using: &generator)
            guard content[offset] != UInt8(ascii: "\r"), content[offset] != UInt8(ascii: "\n") else { continue }
            let report = try Self.report(on: members, changing: Self.usage, at: offset, using: &generator)
            let row = content[..<offset].count { $0 == UInt8(ascii: "\n") }
            #expect(report.firstPlace == "\(Self.usage) row \(row)", "byte \(offset): \(report.firstText)")
            #expect(report.failures.first?.excerpt?.isEmpty == false)
        }
    }

    @Test func theChangedPartOfARowIsTold() throws {
        let content = try BundleBytes(SampleRegister.make().bundle())[Self.usage]
        let end = try #require(content.lastIndex(of: UInt8(ascii: "\r")))
        // From the end of the last row: hash 64, comma, salt 32, comma, quantity.
        let cases = [(end - 1, "the hash was changed"), (end - 70, "salt was changed"), (end - 99, "salt was changed")]
        for (offset, words) in cases {
            var members = try BundleBytes(SampleRegister.make().bundle())
            let digit = members[Self.usage][offset]
            members[Self.usage][offset] = digit == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            let report = try verify(members.archive())
            #expect(report.firstPlace == "\(Self.usage) row 5")
            #expect(report.firstText.contains(words), "\(report.firstText)")
            #expect(report.failureCount == 1)
        }
    }

    @Test func upperCaseDigitsAreNotAccepted() throws {
        var members = try BundleBytes(SampleRegister.make().bundle())
        let content = members[Self.usage]
        let offset = try #require(
            content.indices.last { (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(content[$0]) })
        members[Self.usage][offset] ^= 0x20
        #expect(try verify(members.archive()).firstPlace == "\(Self.usage) row 5")
    }

    @Test func anyByteOfTheArchiveMatters() throws {
        var generator = SplitMix64(seed: Self.seed())
        let bundle = try SampleRegister.make().bundle()
        for _ in 0..<300 {
            let offset = Int.random(in: 0..<bundle.count, using: &generator)
            var changed = bundle
            changed[offset] ^= UInt8.random(in: 1...255, using: &generator)
            // The two characters that end the checksum field of a header may be NUL or space alike (POSIX.1).
            let isTerminator = [154, 155].contains(offset % 512) && [0, 0x20].contains(changed[offset])
            #expect(try isTerminator || !verify(changed).isVerified, "byte \(offset)")
        }
    }

    @Test(arguments: [0, 100, 124, 136, 148, 156, 257, 345])
    func aChangedHeaderIsNamed(_ offset: Int) throws {
        var bundle = try SampleRegister.make().bundle()
        // The second header, that of the checkpoint: after the README's header and its one block.
        bundle[1024 + offset] ^= 0x01
        let report = try verify(bundle)
        #expect(report.firstPlace == "the archive, before checkpoint")
        #expect(report.firstText.contains("byte 1024"), "\(report.firstText)")
    }
}
