import Audit
import Register
import TLS
import Testing

/// Excerpts: what is shown is proven, what is not shown is not there, and whatever is changed is named.
@Suite(.timeLimit(.minutes(5)))
struct ExcerptTests {
    private static let usage = "usage/000000000005.csv"

    @Test func anExcerptVerifiesAndSaysWhatItProves() throws {
        let excerpt = try SampleRegister.make().excerpt(metric: "cases")
        let report = try verify(excerpt, register: "consortia/itzgrund")
        #expect(report.failures == [], "\(report.failures)")
        #expect(report.selection == UsageSelection(metric: "cases", party: "09473132"))
        #expect(report.size == 8 && report.rows == 6 && report.batches == 3 && report.settlements == 0)
        #expect(report.entries.map { "\($0.kind) \($0.count)" } == ["metric_created 1", "usage_batch_recorded 3"])
        #expect(report.usage.map { "\($0.application)/\($0.metric) \($0.quantity)" } == ["meldewesen/cases 303"])
        #expect(report.signers.count == 1 && report.byteCount == excerpt.count)
        let members = try BundleBytes(excerpt)
        #expect(members.text("manifest.json").contains("\"completeness\": \"inclusion only\""))
        #expect(members.text("selection.json") == "{\"metric\": \"cases\", \"party\": \"09473132\"}\n")
    }

    /// Neither a row, nor a salt, nor the hash of a row alone that has a neighbour which is not shown either.
    @Test func nothingOfOtherRowsIsInIt() throws {
        let register = try SampleRegister.make(rows: [16])
        let whole = try BundleBytes(register.bundle()).text("usage/000000000003.csv").split(separator: "\r\n")
        let excerpt = try BundleBytes(register.excerpt(metric: "hours", from: 3))
        let text = excerpt.members.map { String(decoding: $0.content, as: UTF8.self) }.joined()
        for (row, line) in whole.dropFirst().enumerated() {
            let columns = line.split(separator: ",", omittingEmptySubsequences: false)
            let isShown = row == 3
            #expect(text.contains(columns[8]) == isShown && text.contains(columns[5]) == isShown, "row \(row)")
            // Row 2 is a subtree by itself.
            #expect(text.contains(columns[9]) == (isShown || row == 2), "row \(row)")
        }
        let lines = excerpt.text("usage/000000000003.csv").split(separator: "\r\n").dropFirst()
        #expect(
            lines.map { $0.split(separator: ",").prefix(2).joined(separator: "+") } == [
                "0+2", "2+1", "3+1", "4+4", "8+8",
            ])
    }

    @Test func anExcerptWithoutRowsVerifies() throws {
        let report = try verify(SampleRegister.make(rows: []).excerpt(metric: "cases"))
        #expect(report.isVerified && report.rows == 0 && report.batches == 0)
    }

    @Test(arguments: [
        "README.txt", "checkpoint", "selection.json", "nodes.csv", "entries.binpb", "usage/000000000003.csv", usage,
        "manifest.json",
    ])
    func anyByteOfAMemberIsNamed(_ name: String) throws {
        let members = try BundleBytes(SampleRegister.make().excerpt(metric: "cases"))
        for offset in members[name].indices {
            var changed = members
            changed[name][offset] ^= 1
            let report = try verify(changed.archive())
            #expect(!report.isVerified, "\(name) byte \(offset)")
            // Entries and the hashes in place of others give one root: either may be what was changed. A selection
            // without its condition lets the first row be one too many.
            let places = [
                "nodes.csv": ["nodes.csv", "entries.binpb"], "entries.binpb": ["entries.binpb", "nodes.csv"],
            ]
            let isNamed = (places[name] ?? [name]).contains { report.firstPlace.hasPrefix($0) }
            #expect(isNamed || name == "selection.json", "\(name) byte \(offset): \(report.firstText)")
        }
    }

    /// A row, a salt, a hash of others, an entry, a signature: the reason says which.
    @Test func whatWasChangedIsTold() throws {
        let members = try BundleBytes(SampleRegister.make().excerpt(metric: "cases"))
        let text = members.text(Self.usage)
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let hidden = lines[2].split(separator: ",").last.map(String.init) ?? ""
        let salt = lines[1].split(separator: ",", omittingEmptySubsequences: false)[10]
        let changes: [(String, String, String, String)] = [
            (Self.usage, "T00:30:00Z", "T00:31:00Z", "line 1: the row does not match its hash"),
            (Self.usage, String(salt), String(salt.reversed()), "the row's text or salt was changed"),
            (Self.usage, hidden, String(hidden.reversed()), "a hash in place of other rows was changed"),
            (Self.usage, "\r\n1,1,", "\r\n1,2,", "line 2: the line is not the hash of a subtree"),
            (Self.usage, "\r\n1,1,", "\r\n2,1,", "line 2: the line is not about the row that follows"),
            ("nodes.csv", "6,2,", "6,1,", "do not lead to the 8 entries"),
            ("selection.json", "09473132", "09473138", "none of those that selection.json describes"),
            ("selection.json", "cases", "hours", "none of those that selection.json describes"),
            ("manifest.json", "inclusion only", "everything", "manifest.json line 2"),
        ]
        for (name, old, new, reason) in changes {
            var changed = members
            let place = try #require(changed[name].firstRange(of: Array(old.utf8)), "\(old) in \(name)")
            changed[name].replaceSubrange(place, with: new.utf8)
            let report = try verify(changed.archive())
            let isTold = report.failures.contains { $0.description.contains(reason) }
            #expect(isTold, "\(name) \(old): \(report.failures)")
        }
        let other = try SigningKey(rawBytes: Array(2...33)).verificationKey
        #expect(try verify(members.archive(), keys: [other]).firstText.hasPrefix("checkpoint: no known key signed"))
    }

    /// A row of another party with its right hash does not pass for one of this.
    @Test func aRowThatDoesNotFitIsNamed() throws {
        let register = try SampleRegister.make()
        let forged = try BundleBytes(register.excerpt(metric: nil))
        var members = try BundleBytes(register.excerpt(metric: "cases"))
        members[Self.usage] = forged[Self.usage]
        let report = try verify(members.archive())
        #expect(report.firstPlace == "\(Self.usage) line 2" && report.firstText.contains("none of those"))
    }

    @Test func membersThatAreMissingOrMoreAreNamed() throws {
        let members = try BundleBytes(SampleRegister.make().excerpt(metric: "cases"))
        for index in members.members.indices {
            var fewer = members
            let gone = fewer.members.remove(at: index).name
            let report = try verify(fewer.archive())
            #expect(report.failures.contains { $0.description.contains(gone) }, "\(gone): \(report.failures)")
        }
        var more = members
        more.members.append(.init(name: "more", content: []))
        #expect(try verify(more.archive()).firstPlace == "more")
        let excerpt = try members.archive()
        #expect(try !verify(Array(excerpt.dropLast(512))).isVerified)
        #expect(try verify(excerpt, piece: 7) == verify(excerpt, piece: 4096))
    }

    @Test func theBuilderRefusesWhatDoesNotFit() throws {
        let register = try SampleRegister.make()
        let selection = UsageSelection(party: "09473132")
        #expect(throws: BundleError.self) {
            _ = try ExcerptBuilder(checkpoint: register.checkpoint(), selection: selection).begin(
                entries: [register.entries[3]], nodes: [])
        }
        #expect(throws: BundleError.self) {
            _ = try ExcerptBuilder(checkpoint: register.checkpoint(root: .zero), selection: selection).begin(
                entries: [], nodes: register.nodes(between: []))
        }
        let builder = try ExcerptBuilder(checkpoint: register.checkpoint(), selection: selection)
        _ = try builder.begin(entries: [register.entries[3]], nodes: register.nodes(between: [3]))
        #expect(throws: BundleError.rowsMismatch(position: 3)) {
            _ = try builder.usage(register.excerptMember(register.batches[1], metric: nil))
        }
        #expect(throws: BundleError.self) { _ = try builder.finish() }
    }
}
