import API
import Foundation
import Services
import Store
import SwiftProtobuf
import TestSupport
import Testing

/// Somebody edits the database by hand; the audit names what.
@Suite(.timeLimit(.minutes(5)))
struct TamperTests {
    /// One way of editing, and how the place and the reason of a finding must begin.
    struct Edit: Sendable, CustomTestStringConvertible {
        let sql: String
        let place: String
        let reason: String

        var testDescription: String { sql }
        var isOfRegister: Bool { place.hasPrefix("register") || place.hasPrefix("table register") }

        init(_ sql: String, _ place: String, _ reason: String) {
            self.sql = sql
            self.place = place
            self.reason = reason
        }
    }

    private static let edits = [
        // Rows of tables, with triggers off and on.
        Edit("UPDATE cost_item SET net_minor = net_minor + 1", "table cost_item row", "it was edited; entry"),
        Edit("DELETE FROM cost_item", "table cost_item row", "it was deleted; entry"),
        Edit(
            """
            INSERT INTO cost_item SELECT consortium_id, 'more', pool, kind, net_minor, vat_minor, deductible_numerator,
                deductible_denominator, period_start, period_end, document_number, document_sha256, recorded_from
                FROM cost_item
            """, "table cost_item row 1/more", "it was inserted"),
        Edit("UPDATE cost_item SET recorded_from = 0", "table cost_item row", "it was back-dated"),
        Edit("UPDATE key_figure SET value = value - 1 WHERE party_id = 3", "table key_figure row", "it was edited"),
        Edit("UPDATE party SET display_name = 'X' WHERE party_code = '09473138'", "table party row", "it was edited"),
        Edit("UPDATE membership SET vote_weight = 7 WHERE party_id = 3", "table membership row", "it was edited"),
        Edit("UPDATE vote SET ballot = 2 WHERE decision_code = 'founding'", "table vote row", "it was edited"),
        Edit(
            "UPDATE settlement_line SET amount_minor = amount_minor - 100", "table settlement_line row", "it was edited"
        ),
        Edit("UPDATE agreement_revision SET content = content || 'x'", "table agreement_revision row", "it was edited"),
        Edit("UPDATE ownership_share SET numerator = 1, denominator = 4", "table ownership_share row", "it was edited"),
        Edit("UPDATE credential SET role = 2 WHERE role = 1", "table credential row", "it was edited"),
        Edit("DELETE FROM auditor_appointment", "table auditor_appointment row", "it was deleted"),
        Edit("UPDATE usage_batch SET row_count = 109", "table usage_batch row", "it was edited"),
        // Usage.
        Edit(
            "UPDATE usage_record SET quantity = 9 WHERE row_index = 5", "table usage_record batch 2 row 5",
            "it was edited: its quantity was 5 and is 9"),
        Edit(
            "UPDATE usage_record SET quantity = quantity + 3 WHERE row_index IN (7, 30, 60) AND batch_id = 2",
            "table usage_record batch 2 row 30", "it was edited: its quantity was 30 and is 33"),
        Edit(
            "UPDATE usage_record SET party_id = 2 WHERE row_index = 5 AND batch_id = 2", "table usage_record batch 2",
            "one row or more were edited"),
        Edit("DELETE FROM usage_record WHERE row_index = 5", "table usage_record batch", "it was deleted"),
        Edit(
            """
            CREATE TEMP TABLE more AS SELECT * FROM usage_record WHERE row_index = 0 LIMIT 1;
            UPDATE more SET row_index = 500, interval_start = interval_start + interval '1 minute';
            INSERT INTO usage_record SELECT * FROM more
            """, "table usage_record batch", "it is no row of its batch"),
        Edit(
            "UPDATE usage_rollup SET quantity = quantity + 1", "table usage_rollup row 2012-01",
            "it is not what the records"),
        Edit(
            "INSERT INTO usage_source (consortium_id, source_code) VALUES (1, 'x')", "table usage_source row x",
            "no batch"),
        // The register itself.
        Edit(
            "UPDATE register_entry SET entry = entry || 'x' WHERE position = 3 AND register_id = 1",
            "register consortia/itzgrund entry 3", "the bytes do not have"),
        Edit(
            "DELETE FROM register_entry WHERE position = 3 AND register_id = 1", "register consortia/itzgrund entry 3",
            "entries up to"),
        Edit(
            "UPDATE register_entry SET recorded_micros = 1 WHERE position = 3 AND register_id = 1",
            "register consortia/itzgrund entry 3", "its instant"),
        Edit("UPDATE register SET size = size - 1 WHERE register_id = 1", "table register row 1", "it counts"),
        Edit(
            "UPDATE register_checkpoint SET root = sha256('x')", "table register_checkpoint row 1/",
            "it is not a checkpoint"),
        // Seals, alone and together with their rows.
        Edit(
            "UPDATE audit.row_seal SET sha256 = sha256('x') WHERE table_name = 'vote'",
            "register consortia/itzgrund entry", "the seals"),
        Edit(
            "DELETE FROM audit.row_seal WHERE table_name = 'cost_item'", "register consortia/itzgrund entry",
            "the seals"),
        Edit(
            """
            UPDATE cost_item SET net_minor = 1; UPDATE audit.row_seal SET sha256 = (
                SELECT sha256(convert_to(jsonb_strip_nulls(to_jsonb(c))::text, 'UTF8')) FROM cost_item c)
            WHERE table_name = 'cost_item'
            """, "register consortia/itzgrund entry",
            "the seals of the rows it changed are not those it commits to (cost_item 1/all"),
        Edit("ALTER TABLE cost_item DISABLE TRIGGER row_seal", "table cost_item", "its trigger row_seal is gone"),
    ]

    @Test func whateverIsEditedIsFoundAndNamed() async throws {
        try await House.with(.founded) { house in
            try await work(house)
            await house.closeClients()
            await house.server.kill()
            #expect(try await house.database.audit().findings == [])
            for edits in Self.rounds {
                let copy = try house.database.cluster.makeDatabase(template: house.database.name)
                // A superuser's trick: no trigger runs, no foreign key is checked.
                let statements = edits.map(\.sql).joined(separator: "; ")
                try copy.execute("SET session_replication_role = replica; " + statements)
                let findings = try await copy.audit().findings
                for edit in edits {
                    let isNamed = findings.contains {
                        $0.place.hasPrefix(edit.place) && $0.reason.hasPrefix(edit.reason)
                    }
                    #expect(isNamed, "\(edit.sql): \(findings.prefix(5))")
                }
            }
        }
    }

    /// The edits in few rounds: one of each table at a time, those of the register alone.
    private static var rounds: [[Edit]] {
        var rounds: [[Edit]] = []
        var used: [String: Int] = [:]
        for edit in edits where !edit.isOfRegister {
            // Sums are what edits of records are told from.
            let table = String(edit.place.split(separator: " ")[1]).replacing("usage_rollup", with: "usage_record")
            let round = used[table, default: 0]
            used[table] = round + 1
            if round == rounds.count { rounds.append([]) }
            rounds[round].append(edit)
        }
        return rounds + edits.filter(\.isOfRegister).map { [$0] }
    }

    /// A change by hand with all triggers in place belongs to no entry and is found as well.
    @Test func triggersDoNotSealWhatHasNoEntry() async throws {
        try await House.with(.founded) { house in
            try house.database.execute("UPDATE party SET display_name = 'X' WHERE party_code = '09473138'")
            let findings = try await house.database.audit().findings
            #expect(findings.map(\.reason.description).first?.hasPrefix("it was edited") == true, "\(findings)")
        }
    }

    /// The list comes from the catalogue: a new table has seals, or says in its comment why not.
    @Test func everyTableIsSealedOrSaysWhyNot() async throws {
        let founded = try await Template.founded.database
        // Whoever is connected to a template keeps others from copying it.
        let database = try founded.cluster.makeDatabase(template: founded.name)
        let tables = try await database.withOwner { owner in
            try await owner.withDatabase { database in
                try await AuditReader.withSnapshot(database) { try await $0.tables() }
            }
        }
        #expect(tables.count > 20)
        for table in tables { #expect(table.isTriggered != (table.unsealed != nil), "\(table.name)") }
        let unsealed = tables.filter { $0.unsealed != nil }
        #expect(unsealed.allSatisfy { $0.unsealed?.isEmpty == false })
    }

    private func work(_ house: House) async throws {
        let quantities = (0..<110).map { Int64($0) }
        _ = try await ingest([.batch(.itzgrund, quantities: quantities)], as: .itzgrund, in: house)
        for person in [Person.grossheirath, .untermerzbach] {
            _ = try await ingest([.batch(person, quantities: [5])], as: person, in: house)
        }
        _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("all", net: 10_000_001))
        _ = try await SettlementServiceClient(try house.client(.office)).calculateSettlement(.settlement("y2012"))
        _ = try await RegisterServiceClient(try house.client(.office)).getCheckpoint(
            .with { $0.register = Founding.consortium })
    }
}
