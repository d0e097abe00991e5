import Foundation
import Register
import TestSupport
import Testing

/// A reader's findings, gathered.
struct Gathered: Equatable {
    var members: [String: [UInt8]] = [:]
    var order: [String] = []
    var completed = 0

    mutating func take(_ event: TarEvent) {
        switch event {
        case .member(let name, let size):
            order.append(name)
            members[name] = []
            members[name]?.reserveCapacity(size)
        case .content(let piece): members[order.last ?? ""]?.append(contentsOf: piece)
        case .endOfMember: completed += 1
        }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct TarTests {
    static let longName = String(repeating: "d", count: 150) + "/" + String(repeating: "n", count: 100)
    private let contents: [(name: String, content: [UInt8])] = [
        ("manifest.json", Array("{}\n".utf8)),
        ("empty", []),
        ("data/block", Array(repeating: 0xAB, count: 512)),
        ("data/one-more", (0..<513).map { UInt8(truncatingIfNeeded: $0) }),
        (TarTests.longName, Array("long".utf8)),
        (String(repeating: "e", count: 100), Array(repeating: 0, count: 2000)),
        ("data/2024/usage.csv", (0..<100_003).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }),
    ]

    private func archive(_ contents: [(name: String, content: [UInt8])]) throws -> [UInt8] {
        var tar = TarWriter()
        var bytes: [UInt8] = []
        for (name, content) in contents {
            bytes += try tar.begin(name: name, size: content.count)
            bytes += content
            try tar.wrote(content.count)
        }
        return try bytes + tar.finish()
    }

    private func read(_ bytes: [UInt8], pieces: Int = .max, limit: Int = 100) throws -> Gathered {
        var reader = TarReader(maximumMembers: limit)
        var gathered = Gathered()
        var rest = bytes[...]
        while !rest.isEmpty {
            try reader.feed(Array(rest.prefix(pieces))) { gathered.take($0) }
            rest = rest.dropFirst(pieces)
        }
        try reader.finish()
        return gathered
    }

    @Test(arguments: [1, 7, 511, 512, 513, 4096, Int.max])
    func whatIsWrittenIsReadInPiecesOfAnySize(pieces: Int) throws {
        let found = try read(archive(contents), pieces: pieces)
        #expect(found.order == contents.map(\.name))
        #expect(found.completed == contents.count)
        #expect(contents.allSatisfy { found.members[$0.name] == $0.content })
    }

    @Test func archivesAreDeterministic() throws {
        #expect(try archive(contents) == archive(contents))
        #expect(try archive([]) == [UInt8](repeating: 0, count: 1024))
    }

    @Test func theSystemsTarReadsOurArchives() throws {
        let folder = try Folder()
        let file = folder.url.appending(path: "ours.tar")
        try Data(archive(contents)).write(to: file)
        let listing = try folder.tar("--list", "--verbose", "--utc", "--numeric-owner", "--file", file.path)
        let lines = listing.split(separator: "\n")
        #expect(lines.count == contents.count)
        for (line, member) in zip(lines, contents) {
            #expect(line.hasPrefix("-rw-r--r-- 0/0 "))
            #expect(line.hasSuffix("\(member.content.count) 1970-01-01 00:00 \(member.name)"))
        }
        _ = try folder.tar("--extract", "--file", file.path, "--directory", folder.url.path)
        for (name, content) in contents {
            #expect(try Array(Data(contentsOf: folder.url.appending(path: name))) == content)
        }
    }

    @Test func theSystemsTarWritesWhatWeRead() throws {
        let folder = try Folder()
        let file = folder.url.appending(path: "theirs.tar")
        for (name, content) in contents {
            let path = folder.url.appending(path: name)
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content).write(to: path)
        }
        let names = contents.map(\.name)
        _ = try folder.tar(["--create", "--format=ustar", "--file", file.path, "--directory", folder.url.path] + names)
        let found = try read(Array(Data(contentsOf: file)))
        #expect(found.order == names)
        #expect(contents.allSatisfy { found.members[$0.name] == $0.content })
    }

    @Test func theLargestMemberIsReadWithoutBeingHeld() throws {
        var tar = TarWriter()
        var reader = TarReader()
        var (announced, counted, completed) = (0, 0, 0)
        func feed(_ bytes: [UInt8]) throws {
            try reader.feed(bytes) { event in
                switch event {
                case .member(_, let size): announced += size
                case .content(let piece): counted += piece.count
                case .endOfMember: completed += 1
                }
            }
        }
        let size = TarFormat.maximumMemberBytes
        try feed(tar.begin(name: "large", size: size))
        let chunk = [UInt8](repeating: 1, count: 1 << 24)
        for start in stride(from: 0, to: size, by: chunk.count) {
            let count = min(chunk.count, size - start)
            try feed(count == chunk.count ? chunk : Array(chunk.prefix(count)))
            try tar.wrote(count)
        }
        try feed(tar.finish())
        try reader.finish()
        #expect(announced == size && counted == size && completed == 1)
        #expect(reader.offset == 512 + (size + 1) + 1024)
        var another = TarWriter()
        #expect(throws: TarError.invalidSize(size + 1)) { try another.begin(name: "larger", size: size + 1) }
        #expect(throws: TarError.invalidSize(-1)) { try another.begin(name: "negative", size: -1) }
    }

    @Test(arguments: [
        "", "/etc/passwd", "../up", "a/../b", "a/./b", ".", "a//b", "a/", "a b", "tab\t", "ü", "back\\slash",
        "nul\u{0}",
        String(repeating: "x", count: 101), String(repeating: "x", count: 156) + "/y",
        "x/" + String(repeating: "y", count: 101),
    ])
    func namesThatCouldHarmOrDoNotFitAreRefused(name: String) {
        var tar = TarWriter()
        #expect(throws: TarError.invalidName(name)) { try tar.begin(name: name, size: 1) }
    }

    @Test func theWriterHoldsTheCallerToItsWord() throws {
        var tar = TarWriter()
        #expect(throws: TarError.sizeMismatch(name: "", announced: 0, written: 1)) { try tar.wrote(1) }
        _ = try tar.begin(name: "a", size: 3)
        try tar.wrote(2)
        #expect(throws: TarError.sizeMismatch(name: "a", announced: 3, written: 2)) {
            try tar.begin(name: "b", size: 1)
        }
        #expect(throws: TarError.sizeMismatch(name: "a", announced: 3, written: 4)) { try tar.wrote(2) }
        try tar.wrote(1)
        #expect(throws: TarError.duplicateName("a")) { try tar.begin(name: "a", size: 1) }
        _ = try tar.finish()
        #expect(throws: TarError.alreadyFinished) { try tar.finish() }
        #expect(throws: TarError.alreadyFinished) { try tar.begin(name: "c", size: 1) }
    }

    @Test func damagedArchivesSayWhereAndWhy() throws {
        let good = try archive([("a", [1, 2, 3]), ("b", [])])
        func expect(_ error: TarError, _ mutate: (inout [UInt8]) -> Void) {
            var bytes = good
            mutate(&bytes)
            #expect(throws: error) { try read(bytes) }
            #expect(throws: error) { try read(bytes, pieces: 1) }
        }
        expect(.wrongChecksum(offset: 0)) { $0[0] = 0x7A }
        expect(.wrongChecksum(offset: 1024)) { $0[1024] = 0x7A }
        expect(.notUSTAR(offset: 0)) { $0[262] = 0x20 }
        expect(.malformedField("checksum", offset: 0)) { $0[148] = 0x39 }
        expect(.nonZeroPadding(offset: 515)) { $0[515] = 1 }
        expect(.nonZeroPadding(offset: 1023)) { $0[1023] = 1 }
        expect(.dataAfterEnd(offset: 2048)) { $0[2048] = 1 }
        expect(.dataAfterEnd(offset: 2560)) { $0.append(1) }
        for end in stride(from: 0, to: good.count - 1, by: 97) {
            expect(.truncated(offset: end)) { $0.removeLast($0.count - end) }
        }
        #expect(try read(good + [UInt8](repeating: 0, count: 7680)).order == ["a", "b"])
    }

    @Test func headersWithASecondMeaningAreRefused() throws {
        let good = try archive([("a", [1, 2, 3])])
        func expect(_ error: TarError, _ mutate: (inout [UInt8]) -> Void) {
            var bytes = good
            mutate(&bytes)
            let sum = bytes[..<512].enumerated().reduce(0) {
                $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element))
            }
            let text = String(sum, radix: 8)
            bytes.replaceSubrange(148..<154, with: Array((String(repeating: "0", count: 6 - text.count) + text).utf8))
            #expect(throws: error) { try read(bytes) }
        }
        for type in "1257xgLK\u{0}".utf8 { expect(.unsupportedType(type, offset: 0)) { $0[156] = type } }
        expect(.malformedField("size", offset: 0)) { $0[124] = 0x80 }
        expect(.malformedField("size", offset: 0)) { $0[130] = 0x20 }
        expect(.malformedField("size", offset: 0)) { $0[130] = 0x38 }
        expect(.malformedField("name", offset: 0)) { $0[50] = 0x61 }
        expect(.malformedField("prefix", offset: 0)) { $0[400] = 0x61 }
        expect(.malformedField("link name", offset: 0)) { $0[157] = 0x61 }
        expect(.malformedField("filler", offset: 0)) { $0[511] = 1 }
        expect(.invalidName("/")) { $0[0] = 0x2F }
        expect(.invalidName("../a")) { $0.replaceSubrange(345..<347, with: Array("..".utf8)) }
    }

    @Test func namesCountOnceAndMembersHaveALimit() throws {
        let (first, second) = try (archive([("a", [1])]), archive([("a", [2])]))
        #expect(throws: TarError.duplicateName("a")) { try read(Array(first.dropLast(1024)) + second) }
        let three = try archive([("a", []), ("b", []), ("c", [])])
        #expect(try read(three, limit: 3).completed == 3)
        #expect(throws: TarError.tooManyMembers(limit: 2)) { try read(three, limit: 2) }
    }
}

/// A temporary folder, and the system's tar in it.
private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func tar(_ arguments: String...) throws -> String {
        try tar(arguments)
    }

    func tar(_ arguments: [String]) throws -> String {
        try Command.run(["tar"] + arguments)
    }
}
