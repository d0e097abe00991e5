import TestSupport
import Testing

/// Whose a table's rows are.
enum Scope: Sendable {
    /// A consortium's: the column that names it.
    case consortium(String = "consortium_id")
    /// A party's within a consortium.
    case party
    /// A party's, on the platform.
    case account
    /// Between parties, on the platform: each that one of the columns names sees it.
    case between([String])
    /// Public to every principal; writing depends on the role.
    case directory
    /// Public to every principal; a party writes its own.
    case authored
    /// Public to every principal; written by a function of the database alone.
    case derived
    /// A request for advice, or a part of it: of those it concerns, and of those who assign it.
    case advice

    /// Every table of the schema.
    static let all: [String: Scope] = [
        "register": .consortium("register_id"), "register_entry": .consortium("register_id"),
        "register_checkpoint": .consortium("register_id"), "register_cosignature": .consortium("register_id"),
        "register_key": .consortium("register_id"),
        "party": .directory, "key_figure": .directory, "party_name": .directory, "municipal_change": .directory,
        "credential": .account, "request_record": .account, "mandate": .between(["party_id", "holder_party_id"]),
        "consortium": .consortium(), "consortium_version": .consortium(), "adoption": .consortium(),
        "publiccode_document": .consortium(), "membership": .consortium(), "auditor_appointment": .consortium(),
        "decision": .consortium(), "decision_elector": .consortium(), "vote": .consortium(),
        "application": .consortium(), "ownership_share": .consortium(), "release": .consortium(),
        "agreement_revision": .consortium(),
        "metric": .consortium(), "metric_setting": .consortium(),
        "usage_source": .consortium(), "usage_drop": .consortium(), "usage_remainder": .consortium(),
        "cost_item": .consortium(),
        "settlement": .consortium(), "settlement_state": .consortium(), "period": .consortium(),
        "access_log": .consortium(), "entry_remark": .consortium(), "export_manifest": .consortium(),
        "document_counter": .consortium(), "document": .party, "document_item": .party,
        "usage_batch": .party, "usage_record": .party, "usage_rollup": .party, "usage_late": .party,
        "usage_statement": .party, "settlement_line": .party,
        "publication": .account, "publication_revision": .account,
        "search_document": .derived, "search_word": .derived, "search_posting": .derived,
        "interest": .between(["party_id", "acting_party_id", "owner_party_id"]),
        "advisory_body": .directory, "advisory_request": .advice, "advisory_step": .advice,
        "guide_use": .between(["party_id", "acting_party_id"]), "adoption_report": .authored,
    ]

    var isReadableByAll: Bool {
        switch self {
        case .directory, .authored, .derived: true
        case .consortium, .party, .account, .between, .advice: false
        }
    }

    /// The condition for rows that are none of the caller's; nil where the caller may write them all.
    func foreign(to caller: Caller) -> String? {
        switch self {
        case .consortium(let column): "\(column) = 2"
        case .party: caller.seesAllParties ? "consortium_id = 2" : "(consortium_id = 2 OR party_id <> \(caller.party))"
        case .account, .authored: "party_id <> \(caller.party)"
        case .between(let columns): columns.map { "\($0) <> \(caller.party)" }.joined(separator: " AND ")
        case .derived: "true"
        case .advice: caller.role == "coordination_office" ? nil : "request_id = 2"
        case .directory: caller.role == "municipality" ? "party_id <> \(caller.party)" : nil
        }
    }
}

/// A principal as row-level security sees one; all of them belong to consortium 1 alone.
struct Caller: Sendable, CustomTestStringConvertible {
    let name: String
    let party: Int
    let role: String
    let seesAllParties: Bool

    static let member = Caller(name: "member", party: 1, role: "municipality", seesAllParties: false)
    static let office = Caller(name: "office", party: 4, role: "coordination_office", seesAllParties: true)
    static let auditor = Caller(name: "auditor", party: 4, role: "auditor", seesAllParties: true)
    static let all = [member, office, auditor]

    var testDescription: String { name }

    /// Runs a statement as the application's role in the caller's name, and returns what psql prints.
    @discardableResult
    func run(_ statement: String, in database: TestDatabase) throws -> String {
        let all = seesAllParties ? "on" : "off"
        let output = try database.execute(
            """
            SET ROLE allmende_app; SET allmende.party = '\(party)'; SET allmende.role = '\(role)';
            SET allmende.parties = '{\(party)}';
            SET allmende.consortia = '{1}'; SET allmende.all_parties = '\(all)'; \(statement)
            """)
        return output.hasSuffix("\n") ? String(output.dropLast()) : output
    }
}
