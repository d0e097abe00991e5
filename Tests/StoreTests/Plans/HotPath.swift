import Domain
import Postgres
import Register
import Store

/// What the server runs for nearly every call of some kind, with the tables that it must reach through an index: the
/// one list of what is hot. Besides, nothing on a hot path may read a big table as a whole.
///
/// Not hot, and therefore not here: exports, audits of the database and simulations, which read whole ranges on leases
/// of their own; what happens once at a server's start; what operators and advisory bodies do now and then.
struct HotPath: Sendable {
    let name: String
    let tables: [String]
    /// Tables that are read as a whole after all, each with the reason.
    var readAsAWhole: [String: String] = [:]
    let run: @Sendable (Store) async throws -> Void

    static let all =
        access + register + parties + consortia + decisions + applications + agreements + ingestion + usage
        + settlements + market

    /// A read for one principal.
    private static func read(
        _ name: String, _ tables: [String], as principal: Principal = Seed.office,
        wholly readAsAWhole: [String: String] = [:],
        _ body: @Sendable @escaping (ScopedReader) async throws -> some Any
    ) -> HotPath {
        HotPath(name: name, tables: tables, readAsAWhole: readAsAWhole) { store in
            _ = try await body(store.reader(principal))
        }
    }

    /// A change by one principal, with everything that belongs to every change: the record of the request, the
    /// register's head, an entry and the seals of the rows.
    private static func change(
        _ name: String, _ tables: [String], as principal: Principal = Seed.office,
        in register: Int32 = 1, _ body: @Sendable @escaping (Session, Int64) async throws -> Void
    ) -> HotPath {
        HotPath(name: name, tables: tables) { store in
            try await store.write(as: principal) { session in
                let id = RequestID("6f1c0ba4-2a3c-4d0e-9f52-\(String(tag(name), radix: 16))")!
                let digest = Digest32(Array(repeating: 7, count: 32))!
                _ = try await session.firstAnswer(to: id, digest: digest)
                let head = try await session.head(of: register)
                try await body(session, head.nextPosition)
                head.append([1, 2, 3])
                try await session.remember(id, digest: digest, answer: [])
            }
        }
    }

    /// Twelve hexadecimal digits that differ from name to name.
    private static func tag(_ name: String) -> UInt64 {
        name.utf8.reduce(0x1000_0000_0000) { ($0 &* 31 &+ UInt64($1)) & 0x0FFF_FFFF_FFFF } | 0x1000_0000_0000
    }

    private static let midsummer = CivilDate(year: 2012, month: 6, day: 30)!
    private static let january = CivilDate(year: 2012, month: 1, day: 1)!
    private static let nextJanuary = CivilDate(year: 2013, month: 1, day: 1)!
    private static let operatorOfAll = Principal(
        partyID: 3, partyCode: "p3", role: .operator, credentialDigest: [], consortia: [:])

    /// Digest of one of the certificates in `PlanRows`: a member's (1 and 2), an office's (3), an auditor's (4).
    private static func certificate(_ number: UInt8) -> [UInt8] { Array(repeating: number, count: 32) }

    // MARK: - Tables

    /// Tables of many rows that no call hurries through.
    static let coldTables: [String: String] = [
        "advisory_request": "a body's own few, read by people",
        "advisory_step": "with their request",
        "document_counter": "an insert that meets its row, which no plan shows",
        "export_manifest": "one insert at the end of an export",
        "guide_use": "one insert of a person",
        "publiccode_document": "one file, when somebody hands it in or out",
    ]
    /// Tables that stay small.
    static let smallTables: Set = [
        "advisory_body", "municipal_change", "party_name", "register_key", "usage_drop", "usage_remainder",
    ]
}

extension HotPath {
    // MARK: - Callers, and what lets requests be repeated

    private static let access = [
        HotPath(name: "a member's certificate", tables: ["credential", "party", "membership", "consortium"]) {
            _ = try await $0.principal(certificate: certificate(1))
        },
        HotPath(name: "an office's certificate", tables: ["credential", "consortium"]) {
            _ = try await $0.principal(certificate: certificate(3))
        },
        HotPath(name: "an auditor's certificate", tables: ["auditor_appointment"]) {
            _ = try await $0.principal(certificate: certificate(4))
        },
        HotPath(name: "a holder of mandates", tables: ["mandate"]) {
            _ = try await $0.principal(certificate: certificate(2))
        },
        HotPath(name: "certificates that have ended", tables: ["credential"]) {
            _ = try await $0.credentialsEnded(within: 3600)
        },
        HotPath(name: "an auditor's access", tables: ["party"]) {
            try await $0.logAccess(by: Seed.auditor, method: "m", consortium: 1, resource: "consortia/one")
        },
        HotPath(name: "requests too old to be repeated", tables: ["request_record"]) {
            _ = try await $0.purgeRequestRecords(limit: 100)
        },
        read("a credential", ["credential"], as: Seed.member) {
            try await $0.credential(certificate(1), name: "")
        },
        read("credentials of a party", ["credential", "party"], as: Seed.member) {
            try await $0.credentials(of: "p1", after: [], limit: 101)
        },
        read("all credentials", ["credential"], as: operatorOfAll) {
            try await $0.credentials(of: "", after: certificate(3), limit: 101)
        },
        read("a mandate", ["mandate"], as: Seed.member) { try await $0.mandate("m", of: "p1", name: "") },
        read("mandates of a party", ["mandate"], as: Seed.member) {
            try await $0.mandates(of: "p1", after: ("", ""), limit: 101)
        },
        read(
            "all mandates", ["party"], as: operatorOfAll,
            wholly: ["mandate": "an operator's list of all", "party": "the same"]
        ) { try await $0.mandates(of: "", after: ("p7", "x"), limit: 101) },
        read("accesses to a consortium", ["access_log"]) { try await $0.accesses(to: 1, after: 0, limit: 101) },
        read("all accesses", ["access_log"], as: operatorOfAll) {
            try await $0.accesses(to: nil, after: 100, limit: 101)
        },
        read("remarks", ["entry_remark"]) { try await $0.remarks(in: 1, after: 0, limit: 101) },
        read("a remark", ["entry_remark"]) { try await $0.remark(at: 1, in: 1, name: "") },
        change("a certificate ends", ["request_record", "register", "credential"], as: operatorOfAll, in: 0) {
            _ = try await $0.end(certificate(5), at: $1)
        },
        change("a mandate ends", ["mandate"], as: operatorOfAll, in: 0) {
            try await $0.revokeMandate("x", of: 50, at: $1)
        },
    ]
}

// MARK: - Register and directory

extension HotPath {
    private static let register = [
        read("the size of a register", ["register"]) { try await $0.registerSize(1) },
        read("the size at an instant", ["register", "register_entry"]) { try await $0.registerSize(1, at: 20_000) },
        read("a register by name", ["register"]) { try await $0.registerID("consortia/one") },
        read("entries", ["register_entry"]) { try await $0.registerEntries(1, from: 5000, limit: 100) },
        read("hashes of a proof", ["register_entry"]) { reader in
            // The rows have no inner nodes: what counts is that they were read.
            _ = try? await reader.registerHashes(1, of: ProofPlan.inclusion(index: 77, size: 20_000))
        },
        read("a checkpoint", ["register_checkpoint"]) { try await $0.checkpoint(1, size: 500) },
        read("the newest checkpoint", ["register_checkpoint"]) { try await $0.newestSignedSize(1, below: 500) },
        read("co-signatures", ["register_cosignature"]) { try await $0.cosignatures(1, size: 500) },
        read("the newest co-signature", ["register_cosignature"]) { try await $0.newestWitnessedSize(1) },
        change("a note is kept", ["register_checkpoint"]) { session, _ in
            let root = Hash(Array(repeating: 1, count: 32))!
            let checkpoint = try Checkpoint(origin: "allmende/consortia/c1", size: 20_000, root: root)
            _ = try await session.keep(
                note: "note", of: checkpoint, publicKey: [UInt8](repeating: 1, count: 32), register: 1)
            try await session.keep(cosignature: "line", by: "witness.example", register: 1, size: 20_000)
        },
    ]

    private static let parties = [
        read("a party", ["party"]) { try await $0.party("p77", on: midsummer) },
        read(
            "parties by page", ["party"],
            wholly: ["party": "by the index, up to the limit; the join with few names hides that from the plan's check"]
        ) { try await $0.parties(after: "p77", on: midsummer, knownAt: 900, limit: 101) },
        read("numbers of parties", ["party"]) { try await $0.partyIDs((0..<20).map { "p\(1 + $0 * 50)" }) },
        read("names of parties", ["party"]) {
            try await $0.partyNames((0..<20).map { "p\(1 + $0 * 50)" }, on: midsummer, knownAt: 5)
        },
        read("key figures of a party", ["party", "key_figure"]) { try await $0.keyFigures(of: "p77", knownAt: 5) },
        read("key figures of members", ["key_figure"]) {
            try await $0.keyFigures(
                kind: 1, on: CivilDate(year: 2012, month: 12, day: 31)!, parties: [5, 6, 7, 8], knownAt: 5)
        },
        read("the history of a key figure", ["key_figure"]) {
            try await $0.keyFigureHistory(of: "p77", kind: 1, on: CivilDate(year: 2012, month: 12, day: 31)!)
        },
        change("a key figure is corrected", ["key_figure", "party"], in: 0) {
            try await $0.record(
                KeyFigureRow(
                    partyCode: "p77", kind: 1, referenceDate: CivilDate(year: 2012, month: 12, day: 31)!, value: 5,
                    status: 2, source: "count"), partyID: 77, recordedFrom: $1)
        },
    ]
}

// MARK: - Consortia, decisions, applications, agreements

extension HotPath {
    private static let consortia = [
        read("a consortium", ["consortium", "consortium_version", "membership"]) {
            try await $0.consortium(1, name: "")
        },
        read("a consortium as known before", ["consortium_version", "membership"]) {
            try await $0.consortium(1, on: midsummer, knownAt: 5, name: "")
        },
        read(
            "consortia of a caller", ["consortium", "consortium_version", "membership"], as: Seed.member,
            wholly: ["party": "joined by its hash to the members of all of them"]
        ) {
            try await $0.consortia(on: midsummer)
        },
        read("memberships on a day", ["membership"]) {
            try await $0.memberships(in: 1, on: midsummer, knownAt: 5)
        },
        read("a membership", ["membership", "party"]) { try await $0.membership(of: "p77", in: 1, name: "") },
        read("numbers of members", ["membership"]) { try await $0.memberIDs(of: 1) },
        read("members of a year", ["membership"]) {
            try await $0.memberCodes(of: 1, from: january, until: nextJanuary, knownAt: 5)
        },
        read("whether a party is an auditor", ["auditor_appointment"]) {
            try await $0.isAuditor(4, of: 1, on: DateRange(from: midsummer))
        },
        read("a consortium that takes applications", ["consortium", "consortium_version"]) {
            try await $0.openConsortium("c77")
        },
        read(
            "what is due", ["decision", "membership", "consortium"],
            wholly: ["membership": "by its index; which days lie ahead the planner cannot know in a function"]
        ) { try await $0.consortiaDue(on: nextJanuary) },
        read("memberships that end", ["membership"]) { try await $0.membershipsEnding(by: midsummer, in: 1) },
        read("ballots past their day", ["decision"]) { try await $0.decisionsPast(midsummer, in: 1) },
        change("a membership's next state", ["membership"]) { session, position in
            var member = MemberRow(partyCode: "p77", state: 3, voteWeight: 1)
            (member.partyID, member.validFrom) = (77, january)
            try await session.record(member, in: 1, at: position)
        },
    ]

    private static let decisions = [
        read("a decision", ["decision", "decision_elector", "vote"]) {
            try await $0.decision("d20", in: 1, name: "")
        },
        read("the decisions of a consortium", ["decision", "decision_elector"]) { try await $0.decisions(in: 1) },
        change("a ballot opens", ["decision", "party"]) { session, position in
            let electors = [MemberRow(partyCode: "p1", state: 2, voteWeight: 1)]
            let decision = DecisionRow(
                code: "new", rule: [], change: [], proposer: "p4", lastVotingDay: midsummer, state: 1,
                electors: electors)
            try await session.open(decision, in: 1, at: position)
        },
        change("a vote is cast", ["vote", "decision_elector", "row_seal"], as: Seed.member) {
            try await $0.castVote(2, on: "d20", in: 1, at: $1)
        },
        change("a ballot closes", ["decision"]) { session, position in
            let decision = try await session.decision("d500", in: 1, name: "")
            try await session.close(decision, in: 1, at: position)
        },
    ]

    private static let applications = [
        read("an application", ["application"]) { try await $0.application("app-80", in: 1, name: "") },
        read("the applications of a consortium", ["application"]) { try await $0.applications(in: 1) },
        read("owners on a day", ["ownership_share"]) {
            try await $0.ownership(of: 80, in: 1, on: midsummer, knownAt: 5)
        },
        read("the history of ownership", ["ownership_share"]) { try await $0.ownershipHistory(of: 80, in: 1) },
        read("changes of ownership", ["ownership_share"]) {
            try await $0.ownershipChanges(of: 80, in: 1, from: 0, to: 5)
        },
        read("a release", ["release"]) { try await $0.release("2", of: 80, in: 1) },
        read("releases", ["release"]) { try await $0.releases(of: 80, in: 1, knownAt: 900) },
        read("adoptions on a day", ["adoption"]) {
            try await $0.adoptions(of: 80, in: 1, on: midsummer, knownAt: 5)
        },
        read("a party's latest adoption", ["adoption"]) { try await $0.latestAdoption(by: 326, of: 80, in: 1) },
        change("owners change", ["ownership_share"]) { session, position in
            try await session.setOwnership(
                of: 80, in: 1, shares: [(party: 1, share: Fraction(1))], from: midsummer, at: position)
        },
        change("a release's next state", ["release"]) { session, position in
            let release = ReleaseRow(
                version: "2", state: 3, firstRecorded: 2, content: [], notes: nil)
            try await session.record(release, of: 80, in: 1, at: position)
        },
        change("an adoption's next state", ["adoption"]) { session, position in
            let adoption = AdoptionRow(
                partyCode: "p326", state: 4, version: "", days: DateRange(from: midsummer), position: position)
            try await session.record(adoption, by: 326, of: 80, in: 1)
        },
    ]

    private static let agreements = [
        read("a revision as it is sent", ["agreement_revision"], as: Seed.member) {
            try await $0.agreementRevisionContent(3, of: "agreement-80", in: 1, name: "")
        },
        read("a revision as known before", ["agreement_revision"], as: Seed.member) {
            try await $0.agreementRevisionContent(3, of: "agreement-80", in: 1, knownAt: 50, name: "")
        },
        read("a revision", ["agreement_revision"]) {
            try await $0.agreementRevision(3, of: "agreement-80", in: 1, name: "")
        },
        read("revisions", ["agreement_revision"]) { try await $0.agreementRevisions(of: "agreement-80", in: 1) },
        read("revisions as known before", ["agreement_revision"]) {
            try await $0.agreementRevisions(of: "agreement-80", in: 1, knownAt: 5)
        },
        change("a revision's next state", ["agreement_revision"]) { session, position in
            let revision = AgreementRevisionRow(
                revision: 3, state: 6, validFrom: january, validUntil: nil, content: [])
            try await session.record(revision, of: "agreement-80", in: 1, at: position)
        },
    ]
}

// MARK: - Usage

extension HotPath {
    private static let key = UsageKey(metric: 1, party: 1, start: 1_325_376_000 + 3600, seconds: 3600)
    private static let year = UsageFilter(consortium: 1, application: 1, from: january, until: nextJanuary)

    /// From the first look at what a batch names to COMMIT.
    private static let ingestion = [
        read("what a batch names", ["metric", "metric_setting", "application", "membership"], as: Seed.member) {
            _ = try await $0.application("app", in: 1, name: "")
            _ = try await $0.memberIDs(of: 1)
            return try await $0.metrics(of: 1, in: 1)
        },
        read("a number for a batch", ["metric_setting"], as: Seed.member) { try await $0.nextUsageBatch(in: 1) },
        read("what is stored already", ["usage_record", "usage_batch"], as: Seed.member) {
            try await $0.storedUsage([key], sourceKeys: [0], application: 1, in: 1)
        },
        read("a reporting system", ["usage_source"], as: Seed.member) { try await $0.usageSource("dc", in: 1) },
        change("a new reporting system", ["usage_source"], as: Seed.member) { session, _ in
            _ = try await session.insertUsageSource("new", as: 1_000_000, in: 1)
        },
        HotPath(name: "a month's partition", tables: []) { _ = try await $0.usagePartition(for: january) },
        change("a batch", ["usage_rollup", "usage_batch", "usage_record", "period", "register"], as: Seed.member) {
            session, position in
            let batch = UsageBatchRow(
                id: 60_000, application: 1, source: 1, rowCount: 1, rowRoot: [], secret: [], firstMonth: january,
                lastMonth: january)
            var rows = UsageRowBuffer(
                month: january, constants: .init(consortium: 1, application: 1, batch: batch.id), capacity: 1)
            rows.append(key, sourceKey: 0, index: 0, revision: 1, quantity: 1)
            try await session.copy(rows, into: "usage_record_2012_01")
            _ = try await session.insert(batch, in: 1, recordedFrom: position)
            var buckets = UsageBuckets()
            try buckets.add(key, quantity: 1, .sum)
            let peak = UsageKey(metric: 3, party: 1, start: key.start, seconds: 3600)
            try buckets.correct(peak, quantity: 1, replaced: 2, .max)
            let found = try buckets.finished()
            try await session.addToRollups(found, of: batch, in: 1)
            let days = found.filter { $0.grain == .day }.map { (bucket: $0, bookedOn: nextJanuary) }
            try await session.insertLate(days, of: batch, in: 1, recordedFrom: position)
        },
    ]

    private static let usage = [
        read("totals", ["usage_rollup", "usage_batch", "register"]) { try await $0.usageRollups(year) },
        read("totals of a party", ["usage_rollup"], as: Seed.member) { reader in
            var filter = year
            (filter.party, filter.metric) = (1, 1)
            return try await reader.usageRollups(filter)
        },
        read("a series by page", ["usage_rollup"]) {
            try await $0.usageRollups(
                year, by: .month, after: UsagePlace(partyCode: "p1", metricCode: "cases", release: "", start: january),
                limit: 101)
        },
        read("a series of days", ["usage_rollup"]) { reader in
            let week = UsageFilter(
                consortium: 1, application: 1, from: midsummer,
                until: CivilDate(year: 2012, month: 7, day: 7)!)
            return try await reader.usageRollups(week, by: .day, limit: 101)
        },
        read("coverage", ["usage_rollup"]) { try await $0.usageCoverage(year, fromRecords: false) },
        read("revisions of a record", ["usage_record", "usage_batch"]) {
            try await $0.usageHistory(of: key, application: 1, in: 1, knownAt: 5)
        },
        read("late usage by page", ["usage_late"]) {
            try await $0.lateUsage(
                of: 1, in: 1, from: nextJanuary, until: CivilDate(year: 2014, month: 1, day: 1)!,
                knownAt: 900,
                after: UsageLatePlace(position: 500, metricCode: "cases", partyCode: "p1", day: january), limit: 101)
        },
        read("statements of parties", ["usage_statement"]) { reader in
            try await reader.usageStatements(
                UsageFilter(consortium: 1, application: 80, from: january, until: nextJanuary))
        },
        change("a party's statement", ["usage_statement"], as: Seed.member) { session, position in
            let filter = UsageFilter(consortium: 1, application: 80, from: january, until: nextJanuary)
            try await session.record(totals: [], content: [], filter: filter, recordedFrom: position)
        },
    ]
}

// MARK: - Money and market

extension HotPath {
    private static let settlements = [
        read("a settlement", ["settlement", "settlement_state"]) { try await $0.settlement("s20", in: 1, name: "") },
        read("lines of a settlement", ["settlement_line"], as: Seed.member) {
            try await $0.settlementLines(of: "s20", in: 1)
        },
        read("sums of a settlement", ["settlement_line"]) { try await $0.settlementSums(of: "s20", in: 1) },
        read("settlements by page", ["settlement", "settlement_state"]) {
            try await $0.settlements(in: 1, after: 100, knownAt: .max, limit: 101)
        },
        read("settlements of some days", ["settlement", "settlement_state"]) {
            try await $0.settlements(in: 1, overlapping: january, midsummer)
        },
        read("cost items", ["cost_item"]) {
            try await $0.costItems(in: 1, from: january, until: nextJanuary, knownAt: 50_000)
        },
        read("a cost item", ["cost_item"]) { try await $0.costItem("i20", in: 1, name: "") },
        read("periods", ["period"]) { try await $0.periods(in: 1, knownAt: 5) },
        read("a period", ["period"]) { try await $0.period("y2013", in: 1, name: "") },
        read("what was issued", ["document_item", "document"]) {
            try await $0.issuedItems(in: 1, overlapping: january, midsummer, knownAt: 50_000)
        },
        read("a document", ["document"]) { try await $0.document("2014-81", in: 1, name: "") },
        read("documents by page", ["document"], as: Seed.member) {
            try await $0.documents(in: 1, of: nil, after: "2014-1", limit: 101)
        },
        read("documents of a settlement", ["document"]) {
            try await $0.documents(in: 1, of: "s20", after: "", limit: 101)
        },
        change("a settlement with its documents", ["settlement_state", "settlement"]) {
            session, position in
            let settlement = SettlementRow(
                code: "new", kind: 1, agreement: "a", start: january, end: nextJanuary, head: [], state: 1,
                position: position)
            let line = SettlementLineRow(pool: 2, partyID: 1, amount: 1, content: [])
            try await session.insert(settlement, lines: [line], in: 1)
            try await session.moveSettlement("s20", to: 3, in: 1, at: position)
            _ = try await session.takeDocumentOrdinals(1, year: 2013, in: 1)
            let item = DocumentItemRow(pool: 2, vatTreatment: 1, start: january, end: nextJanuary, amount: 1)
            let document = DocumentRow(
                number: "2015-1", settlement: "new", partyID: 1, chargedID: 1, kind: 1, issuedOn: midsummer,
                content: [],
                items: [item])
            try await session.insert([document], in: 1, recordedFrom: position)
        },
        change("a cost item is taken back", ["cost_item"]) { try await $0.reverse("i20", in: 1, at: $1) },
        change("a period closes", ["period"]) { session, position in
            var period = try await session.period("y2013", in: 1, name: "")
            (period.state, period.closedSize, period.position) = (2, position, position)
            try await session.record(period, in: 1)
        },
    ]

    private static let market = [
        read("words of a search", ["search_word"], as: Seed.member) {
            try await $0.searchedWords(["grundsteuerbescheid"])
        },
        read("a search", ["search_posting", "search_document", "publication"], as: Seed.member) { reader in
            let words = try await reader.searchedWords(["c4ca4238a0b923820dcc509a6f75849b", "one"])
            return try await reader.search(
                words, filters: [(facet: 1, values: ["guide"])], after: nil, limit: 21, counted: 1000)
        },
        read("a listing", ["publication", "publication_revision"], as: Seed.member) {
            try await $0.publication("listings/x80", type: "listing")
        },
        read("publications of a party", ["publication", "publication_revision"], as: Seed.member) {
            try await $0.publications(of: "p77", prefix: "listings/")
        },
        read("evidence of use", ["adoption", "adoption_report"], as: Seed.member) {
            try await $0.usageEvidence(of: [4, 6, 8], on: midsummer)
        },
        read("reports about a listing", ["adoption_report"], as: Seed.member) {
            try await $0.adoptionReports(about: 80)
        },
        read("an interest", ["interest"], as: Seed.member) { try await $0.interest(of: "p1", in: "listings/x80") },
        read(
            "interests of a caller", ["interest"], as: Seed.member,
            wholly: ["publication": "joined by its hash to all of them", "party": "the same"]
        ) { try await $0.interests(in: "") },
        read("the stage of a party", ["membership"], as: Seed.member) { try await $0.stageEvidence(of: 1) },
    ]
}
