internal import API
internal import Register
public import TLS

/// Verifies an audit bundle with nothing but the register's public key: no network, no database.
///
/// Fed with pieces of any size it needs constant memory apart from some facts per entry. Every content is hashed again:
/// the signature covers the root, the root all entries, the entry of a usage batch all its rows, that of a settlement
/// its lines; README, sums and digests follow from these and are compared.
///
/// Not Sendable: it belongs to the task that reads the bundle.
public final class BundleVerifier {
    /// Failures that a report holds at most; the rest is counted.
    public static let maximumFailures = 20

    /// What is done with the content of the member at hand.
    private enum Content {
        case skipped
        case gathered([UInt8], limit: Int)
        case entries(EntryFrames)
        case usage(UsageMemberCheck)
    }

    private struct Member {
        let name: String
        let size: Int
        let place: MemberPlace?
        var content: Content
    }

    private static let maximumMembers = 4_000_000
    private static let readmeLimit = 4096

    private let keys: [VerificationKey]
    private let expectedRegister: String?
    private let progress: ((_ bytesDone: Int) -> Void)?

    private var reader = TarReader(maximumMembers: BundleVerifier.maximumMembers)
    private let hasher = TreeHasher()
    /// Digest of the member at hand, while `hasher` is busy with the tree.
    private let digest = SHA256Hasher()
    private let preimage = RowPreimage()
    private var findings = Findings()
    private var ledger = BundleLedger()
    private var bytesDone = 0
    /// Whether something broke without which nothing behind it can be judged.
    private var isStopped = false

    /// Nil where it is missing, or too large to be one.
    private var readme: [UInt8]?
    private var checkpoint: CheckpointCheck?
    private var scanner: EntryScanner
    /// Whether an entry could not be understood: then it is not known which members must follow.
    private var hasBrokenEntry = false
    /// The member that was complete last; nil before the first.
    private var last: MemberPlace?
    private var current: Member?
    private var batchCount = 0
    private var rowCount = 0
    private var settlementCount = 0

    /// A verifier at the start of a bundle.
    ///
    /// - Parameters:
    ///   - keys: public keys of the register; one of them must have signed.
    ///   - register: the register that the bundle must be of, for example `consortia/itzgrund`; nil takes whichever the
    ///     checkpoint names, and the reader of the report compares.
    ///   - progress: called after each piece with the number of bytes so far.
    public init(keys: [VerificationKey], register: String? = nil, progress: ((_ bytesDone: Int) -> Void)? = nil) {
        self.keys = keys
        expectedRegister = register
        self.progress = progress
        scanner = EntryScanner(register: "", hasher: hasher)
    }

    /// Takes the next bytes of the bundle. What is wrong with them stands in the report.
    public func feed(_ bytes: UnsafeRawBufferPointer) {
        if !isStopped {
            do {
                try reader.feed(bytes) { take($0) }
            } catch {
                stop(place(of: error), String(describing: error))
            }
        }
        bytesDone += bytes.count
        progress?(bytesDone)
    }

    /// As the other form, for bytes in an array.
    public func feed(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { feed($0) }
    }

    /// Says, when no more bytes come, what was found.
    public func finish() -> VerificationReport {
        if !isStopped {
            do throws(TarError) {
                try reader.finish()
                reportMissing(until: nil)
            } catch {
                stop(place(of: error), "\(error); the rest is missing")
            }
        }
        return VerificationReport(
            failures: findings.failures, failureCount: findings.failureCount, notes: findings.notes,
            register: checkpoint?.register ?? "", selection: nil, size: checkpoint?.checkpoint.size ?? 0,
            newestMicros: scanner.newestMicros, root: checkpoint?.checkpoint.root, signers: checkpoint?.signers ?? [],
            entries: scanner.counts.sorted { $0.key < $1.key }.map { .init(kind: $0.key, count: $0.value) },
            batches: batchCount, rows: rowCount, settlements: settlementCount, usage: ledger.usageSums,
            settlementTotals: ledger.settlementSums, byteCount: bytesDone)
    }

    private func stop(_ place: String, _ reason: String) {
        findings.fail(place, reason)
        findings.note("nothing behind this was checked: \(place)")
        isStopped = true
    }

    /// The member that an error of the archive belongs to.
    private func place(of error: any Error) -> String {
        switch error as? TarError {
        case .duplicateName(let name): name
        case .nonZeroPadding, .dataAfterEnd: "the archive"
        default:
            current?.name ?? scanner.place(after: last).map { "the archive, before \(scanner.name(at: $0))" }
                ?? "the archive, at its end"
        }
    }
}

// Members as they come.
extension BundleVerifier {
    private func take(_ event: TarEvent) {
        guard !isStopped else { return }
        switch event {
        case .member(let name, let size): begin(name, size: size)
        case .content(let bytes): take(bytes)
        case .endOfMember: endMember()
        }
    }

    private func begin(_ name: String, size: Int) {
        let place = accept(name)
        guard !isStopped else { return }
        current = Member(name: name, size: size, place: place, content: place.map(content) ?? .skipped)
        if case .gathered(_, let limit) = current?.content, size > limit {
            findings.fail(name, "has \(size) bytes, more than it can have")
            current?.content = .skipped
        }
    }

    /// The place of a member that may come now; nil for one that must not.
    private func accept(_ name: String) -> MemberPlace? {
        guard let expected = scanner.place(after: last) else {
            findings.fail(name, "stands behind the manifest, which must be the last member")
            return nil
        }
        if let place = scanner.place(of: name) {
            if place >= expected {
                reportMissing(until: place)
                return place
            }
            findings.fail(name, "is out of order: \(scanner.name(at: expected)) must come here")
            return nil
        }
        if expected <= .entries && BundleFormat.isContent(name) {
            // Without entries nobody knows which members there are.
            reportMissing(until: .manifest)
        } else {
            findings.fail(name, "is no member that the register's entries announce")
        }
        return nil
    }

    /// Names the members that should have come before a place, or before the end.
    private func reportMissing(until place: MemberPlace?) {
        while let expected = scanner.place(after: last), expected != place {
            guard expected == .readme || expected > .entries else {
                stop(scanner.name(at: expected), "is missing")
                return
            }
            findings.fail(scanner.name(at: expected), "is missing")
            last = expected
        }
    }

    private func content(of place: MemberPlace) -> Content {
        switch place {
        case .readme: .gathered([], limit: Self.readmeLimit)
        case .checkpoint: .gathered([], limit: SignedNote.maximumBytes)
        case .entries: .entries(EntryFrames())
        case .usage(let index):
            .usage(
                UsageMemberCheck(
                    batch: scanner.batches[index], scales: scanner.scales, hasher: hasher, preimage: preimage))
        // A rendered settlement, or a line of the manifest, is a few times as long as what it is made of.
        case .settlement(let index): .gathered([], limit: 1 << 20 + 16 * scanner.settlements[index].entry.count)
        case .manifest: .gathered([], limit: 1 << 20 + 512 * ledger.files.count)
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        guard var member = current else { return }
        digest.update(bytes)
        // Taken out, so that what grows in it is not copied on every piece.
        current?.content = .skipped
        switch member.content {
        case .skipped: break
        case .gathered(var gathered, let limit):
            member.content = .skipped
            gathered.append(contentsOf: bytes)
            member.content = .gathered(gathered, limit: limit)
        case .entries(var frames):
            member.content = .skipped
            do throws(EntryFrameError) {
                try frames.feed(bytes) { take(entry: $0) }
            } catch {
                stop("\(member.name) entry \(scanner.size)", error.description)
            }
            member.content = .entries(frames)
        case .usage(var check):
            member.content = .skipped
            check.feed(bytes, findings: &findings)
            member.content = .usage(check)
        }
        current = member
    }

    private func take(entry: UnsafeRawBufferPointer) {
        do {
            try scanner.append(entry)
        } catch {
            hasBrokenEntry = true
            findings.fail("\(BundleFormat.entriesName) entry \(scanner.size - 1)", error.description)
        }
    }
}

// Members that are complete.
extension BundleVerifier {
    private func endMember() {
        guard let member = current else { return }
        current = nil
        var sum = Hash.zero
        sum.withUnsafeMutableBytes { output in output.baseAddress.map { digest.finish(into: $0) } }
        guard let place = member.place else { return }
        let rows = finish(member, at: place)
        last = place
        if place != .manifest { ledger.add(member.name, bytes: member.size, rows: rows, sha256: sum) }
    }

    /// Judges a member as a whole. Returns the number of its rows.
    private func finish(_ member: Member, at place: MemberPlace) -> Int? {
        switch (member.content, place) {
        case (.gathered(let content, _), .readme): readme = content
        case (.gathered(let content, _), .checkpoint): finishCheckpoint(content)
        case (.gathered(let content, _), .settlement(let index)): return finishSettlement(content, index: index)
        case (.gathered(let content, _), .manifest): finishManifest(content)
        case (.entries(let frames), _): return finishEntries(frames)
        case (.usage(let check), .usage(let index)): return finishUsage(check, index: index)
        case (.skipped, .checkpoint): stop(member.name, "cannot be read")
        default: break
        }
        return nil
    }

    private func finishCheckpoint(_ note: [UInt8]) {
        checkpoint = CheckpointCheck(note, keys: keys, register: expectedRegister, findings: &findings)
        guard let checkpoint else {
            isStopped = true
            findings.note("nothing behind this was checked: \(BundleFormat.checkpointName)")
            return
        }
        scanner = EntryScanner(register: checkpoint.register, hasher: hasher)
        let expected = BundleFormat.readme(register: checkpoint.register, size: checkpoint.checkpoint.size)
        guard let readme, readme != expected else { return }
        findings.fail(BundleFormat.readmeName, "the text is not the one of a bundle of this register and size")
    }

    private func finishEntries(_ frames: EntryFrames) -> Int? {
        guard let checkpoint = checkpoint?.checkpoint else { return nil }
        do throws(EntryFrameError) {
            try frames.finish()
        } catch {
            stop("\(BundleFormat.entriesName) entry \(scanner.size)", error.description)
            return nil
        }
        guard scanner.size == checkpoint.size else {
            stop(
                BundleFormat.entriesName, "holds \(scanner.size) entries; the checkpoint counts \(checkpoint.size)")
            return nil
        }
        let root = scanner.root
        guard root == checkpoint.root else {
            let reason = "the entries have the root \(root), the checkpoint states \(checkpoint.root)"
            if hasBrokenEntry {
                stop(BundleFormat.entriesName, reason)
            } else {
                findings.fail(BundleFormat.entriesName, reason + ": one or more were changed")
            }
            return nil
        }
        if hasBrokenEntry { stop(BundleFormat.entriesName, "the register has entries that cannot be understood") }
        return scanner.size
    }

    private func finishUsage(_ check: UsageMemberCheck, index: Int) -> Int {
        var check = check
        check.finish(findings: &findings)
        for sum in check.sums { ledger.add(sum, application: scanner.batches[index].applicationCode) }
        batchCount += 1
        rowCount += check.rowCount
        return check.rowCount
    }

    private func finishSettlement(_ content: [UInt8], index: Int) -> Int? {
        let entry = scanner.settlements[index]
        guard let settlement = entry.settlement else { return nil }
        settlementCount += 1
        ledger.add(settlement)
        return SettlementCheck(name: entry.name, settlement: settlement).run(content, findings: &findings)
    }

    private func finishManifest(_ content: [UInt8]) {
        guard let checkpoint else { return }
        // Sums and digests over what is broken would only repeat in other words that it is.
        guard findings.failureCount == 0 else {
            findings.note("manifest.json was not compared, as members before it are broken")
            return
        }
        let expected = ledger.manifest(
            register: checkpoint.register, size: checkpoint.checkpoint.size, root: checkpoint.checkpoint.root)
        ManifestCheck.run(content, expected: expected, findings: &findings)
    }
}
