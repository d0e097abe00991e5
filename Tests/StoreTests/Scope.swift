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
    /// Between two parties, on the platform: each of them sees it.
    case mandate
    /// Public to every principal; writing depends on the role.
    case directory

    /// Every table of the schema.
    static let all: [String: Scope] = [
        "register": .consortium("register_id"), "register_entry": .consortium("register_id"),
        "register_checkpoint": .consortium("register_id"), "register_cosignature": .consortium("register_id"),
        "party": .directory, "key_figure": .directory,
        "credential": .account, "request_record": .account, "mandate": .mandate,
        "consortium": .consortium(), "consortium_version": .consortium(), "adoption": .consortium(),
        "publiccode_document": .consortium(), "membership": .consortium(), "auditor_appointment": .consortium(),
        "decision": .consortium(), "decision_elector": .consortium(), "vote": .consortium(),
        "application": .consortium(), "ownership_share": .consortium(), "release": .consortium(),
        "agreement_revision": .consortium(),
        "metric": .consortium(), "metric_setting": .consortium(),
        "usage_source": .consortium(), "cost_item": .consortium(),
        "settlement": .consortium(), "settlement_state": .consortium(), "period": .consortium(),
        "access_log": .consortium(), "entry_remark": .consortium(), "export_manifest": .consortium(),
        "document_counter": .consortium(), "document": .party, "document_item": .party,
        "usage_batch": .party, "usage_record": .party, "usage_rollup": .party, "usage_late": .party,
        "usage_statement": .party, "settlement_line": .party,
    ]

    var isReadableByAll: Bool {
        if case .directory = self { true } else { false }
    }

    /// The condition for rows that are none of the caller's; nil where the caller may write them all.
    func foreign(to caller: Caller) -> String? {
        switch self {
        case .consortium(let column): "\(column) = 2"
        case .party: caller.seesAllParties ? "consortium_id = 2" : "(consortium_id = 2 OR party_id <> \(caller.party))"
        case .account: "party_id <> \(caller.party)"
        case .mandate: "party_id <> \(caller.party) AND holder_party_id <> \(caller.party)"
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
