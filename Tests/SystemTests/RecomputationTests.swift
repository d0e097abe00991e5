import API
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// T3: a settlement is the same when it is calculated again from what it rests on, and every change of a stored row
/// behind the application's back is noticed.
@Suite(.timeLimit(.minutes(5)))
struct RecomputationTests {
    /// What is changed by hand, and in which comparison it shows.
    private static let mutations: [(statement: String, source: String)] = [
        ("UPDATE cost_item SET net_minor = net_minor + 1", "recomputed"),
        ("UPDATE cost_item SET deductible_numerator = 1, deductible_denominator = 2, vat_minor = 19", "recomputed"),
        ("UPDATE cost_item SET period_start = '2011-12-31'", "recomputed"),
        ("DELETE FROM cost_item", "recomputed"),
        (
            "UPDATE key_figure SET value = value + 1 WHERE party_id = (SELECT min(party_id) FROM key_figure)",
            "recomputed"
        ),
        ("UPDATE key_figure SET source = 'elsewhere'", "recomputed"),
        ("DELETE FROM key_figure", "recomputed"),
        (
            "UPDATE usage_record SET quantity = 101 WHERE party_id = (SELECT max(party_id) FROM usage_record)",
            "recomputed"
        ),
        ("DELETE FROM usage_record WHERE party_id = (SELECT max(party_id) FROM usage_record)", "recomputed"),
        (
            "DELETE FROM membership WHERE party_id = (SELECT max(party_id) FROM membership m "
                + "JOIN consortium USING (consortium_id) WHERE consortium_code = 'itzgrund')", "recomputed"
        ),
        ("UPDATE agreement_revision SET valid_from = '2013-01-01'", "recomputed"),
        (
            "INSERT INTO party_name (party_id, display_name, valid_from, recorded_from) "
                + "SELECT party_id, 'Elsewhere', '2000-01-01', 0 FROM party WHERE party_code = '09473138'", "recomputed"
        ),
        (
            "INSERT INTO municipal_change SELECT a.party_id, b.party_id, 1, 1, '2012-06-01', 'order', 0 "
                + "FROM party a, party b WHERE a.party_code = '09473132' AND b.party_code = '09473138'", "recomputed"
        ),
        ("UPDATE settlement_line SET amount_minor = amount_minor + 1", "stored"),
        (
            "UPDATE settlement_line a SET content = b.content FROM settlement_line b WHERE a.party_id < b.party_id",
            "stored"
        ),
        ("DELETE FROM settlement_line WHERE party_id = (SELECT max(party_id) FROM settlement_line)", "stored"),
        ("UPDATE settlement SET period_end = '2012-12-31'", "stored"),
        ("UPDATE register_entry SET entry = '' WHERE register_id <> 0", "stored"),
    ]

    @Test func everyChangeByHandIsNoticed() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let settlement = try await settling.calculated("year-2012")
            // What is known later leaves the recomputation as it was.
            _ = try await ingest([.batch(.itzgrund, first: 800, quantities: [7])], as: .itzgrund, in: house)
            _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("late", net: 5))
            _ = try await MunicipalityServiceClient(try house.client(.itzgrund)).recordKeyFigure(
                .with {
                    $0.keyFigure = RecordKeyFigureRequest.inhabitants(of: .itzgrund, year: 2011, value: 9999).keyFigure
                    $0.keyFigure.status = .revised
                    $0.requestID = .newRequest
                })
            let same = try await settling.recompute(settlement)
            #expect(same.isIdentical && same.mismatches.isEmpty && same.total == settlement.total)

            let tables = [
                "cost_item", "key_figure", "usage_record", "membership", "agreement_revision", "settlement",
                "settlement_line", "register_entry", "party_name", "municipal_change",
            ]
            for table in tables { try house.database.execute("CREATE TABLE kept_\(table) AS TABLE \(table)") }
            for (statement, source) in Self.mutations {
                try house.database.execute("SET session_replication_role = replica; " + statement)
                let answer = try await settling.recompute(settlement)
                #expect(!answer.isIdentical && answer.mismatches.contains { $0.source == source }, "\(statement)")
                let restored = tables.map { "DELETE FROM \($0); INSERT INTO \($0) SELECT * FROM kept_\($0);" }
                try house.database.execute("SET session_replication_role = replica; " + restored.joined())
                #expect(try await settling.recompute(settlement).isIdentical, "restored after \(statement)")
            }
        }
    }

    @Test func whoDoesNotSeeAllDoesNotRecompute() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let settlement = try await settling.calculated("year-2012")
            let refused = await refusal {
                _ = try await SettlementServiceClient(try house.client(.itzgrund)).recomputeSettlement(
                    .with { $0.name = settlement.name })
            }
            #expect(refused?.code == .permissionDenied)
        }
    }
}
