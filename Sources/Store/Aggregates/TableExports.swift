public import Domain
internal import Postgres

/// A revision of an agreement as an export has it.
public struct ExportedRevision: Sendable {
    public var agreement: String
    public var content: [UInt8]
    public var position: Int64
}

/// A share of ownership as an export has it.
public struct ExportedShare: Sendable {
    public var application: String
    public var party: String
    public var share: Fraction
    public var validFrom: CivilDate
    public var validUntil: CivilDate?
    public var position: Int64
}

/// A vote as an export has it.
public struct ExportedVote: Sendable {
    public var decision: String
    public var party: String
    /// Number of the API's Ballot.
    public var ballot: Int16
    public var weight: Int32
    public var position: Int64
    /// Position of the vote that replaced it.
    public var replacedAt: Int64?
}

/// A line of a settlement as an export has it.
public struct ExportedSettlementLine: Sendable {
    public var settlement: String
    /// The settlement without its lines, serialised.
    public var head: [UInt8]
    /// The line, serialised.
    public var line: [UInt8]
    public var position: Int64
}

/// A cost item with the position of its entry.
public struct ExportedCost: Sendable {
    public var item: CostItemRow
    public var position: Int64
    /// Position of the entry that took it back; nil where it counts.
    public var reversedAt: Int64?
}

/// Reads for exports: all rows of one consortium as known when its register had `size` entries, in an order that no
/// setting of the database changes.
extension Reader {
    public func exportedRevisions(in consortium: Int32, knownAt size: Int64) async throws -> [ExportedRevision] {
        let rows = try await query(
            """
            SELECT v.agreement_code, v.content, v.recorded_from FROM agreement_revision v
            WHERE v.consortium_id = \(consortium) AND \(Versions.known(at: size))
            ORDER BY v.agreement_code, v.revision
            """)
        return try rows.map { row in
            ExportedRevision(
                agreement: try row.next(String.self), content: try row.next([UInt8].self),
                position: try row.next(Int64.self))
        }
    }

    public func exportedShares(
        in consortium: Int32, application: Int32?, party: String?, knownAt size: Int64
    ) async throws -> [ExportedShare] {
        let rows = try await query(
            """
            SELECT a.application_code, p.party_code, v.numerator, v.denominator, v.valid_from, v.valid_until,
                v.recorded_from
            FROM ownership_share v
            JOIN application a ON a.application_id = v.application_id
            JOIN party p ON p.party_id = v.party_id
            WHERE v.consortium_id = \(consortium) AND \(Versions.known(at: size))
                AND (\(nullable: application)::int IS NULL OR v.application_id = \(nullable: application)::int)
                AND (\(nullable: party)::text IS NULL OR p.party_code = \(nullable: party)::text)
            ORDER BY a.application_code, v.valid_from, p.party_code
            """)
        return try rows.map { row in
            ExportedShare(
                application: try row.next(String.self), party: try row.next(String.self),
                share: try Fraction(row.next(Int64.self), row.next(Int64.self), field: "share"),
                validFrom: try row.next(CivilDate.self), validUntil: try row.next(CivilDate?.self),
                position: try row.next(Int64.self))
        }
    }

    /// A page of votes in the order in which they were cast, from a position on.
    public func exportedVotes(
        in consortium: Int32, party: String?, from position: Int64, knownAt size: Int64, limit: Int
    ) async throws -> [ExportedVote] {
        let rows = try await query(
            """
            SELECT v.decision_code, p.party_code, v.ballot, e.vote_weight, v.recorded_from,
                CASE WHEN v.recorded_until < \(size) THEN v.recorded_until END
            FROM vote v
            JOIN decision_elector e USING (consortium_id, decision_code, party_id)
            JOIN party p USING (party_id)
            WHERE v.consortium_id = \(consortium) AND v.recorded_from >= \(position) AND v.recorded_from < \(size)
                AND (\(nullable: party)::text IS NULL OR p.party_code = \(nullable: party)::text)
            ORDER BY v.recorded_from LIMIT \(Int64(limit))
            """)
        return try rows.map { row in
            ExportedVote(
                decision: try row.next(String.self), party: try row.next(String.self),
                ballot: try row.next(Int16.self), weight: try row.next(Int32.self),
                position: try row.next(Int64.self), replacedAt: try row.next(Int64?.self))
        }
    }

    /// A page of cost items in the order in which they were booked, from a position on.
    public func exportedCosts(
        in consortium: Int32, from start: CivilDate?, until end: CivilDate?, at position: Int64, knownAt size: Int64,
        limit: Int
    ) async throws -> [ExportedCost] {
        let rows = try await query(
            """
            SELECT \(CostItemRow.columns(knownAt: size)), recorded_from,
                CASE WHEN reversed_at < \(size) THEN reversed_at END
            FROM cost_item
            WHERE consortium_id = \(consortium) AND recorded_from >= \(position) AND recorded_from < \(size)
                AND (\(nullable: start)::date IS NULL OR period_start >= \(nullable: start)::date)
                AND (\(nullable: end)::date IS NULL OR period_start < \(nullable: end)::date)
            ORDER BY recorded_from LIMIT \(Int64(limit))
            """)
        return try rows.map { row in
            ExportedCost(
                item: try CostItemRow(&row), position: try row.next(Int64.self),
                reversedAt: try row.next(Int64?.self))
        }
    }

    /// The lines of the next settlement at a position or behind it, by pool and party; empty when there is none.
    public func exportedSettlement(
        in consortium: Int32, party: String?, at position: Int64, knownAt size: Int64
    ) async throws -> (position: Int64, lines: [ExportedSettlementLine])? {
        let heads = try await query(
            """
            SELECT settlement_code, content, recorded_from FROM settlement
            WHERE consortium_id = \(consortium) AND recorded_from >= \(position) AND recorded_from < \(size)
            ORDER BY recorded_from LIMIT 1
            """)
        guard var head = heads.first else { return nil }
        let (code, content, recorded) = (
            try head.next(String.self), try head.next([UInt8].self), try head.next(Int64.self)
        )
        let lines = try await query(
            """
            SELECT l.content FROM settlement_line l JOIN party p USING (party_id)
            WHERE l.consortium_id = \(consortium) AND l.settlement_code = \(code)
                AND (\(nullable: party)::text IS NULL OR p.party_code = \(nullable: party)::text)
            ORDER BY l.pool, p.party_code
            """)
        return (
            recorded,
            try lines.map { row in
                ExportedSettlementLine(
                    settlement: code, head: content, line: try row.next([UInt8].self), position: recorded)
            }
        )
    }

    /// The digest of the manifest of an export that ran to its end before; nil when none did.
    public func exportManifest(_ request: Digest32, in consortium: Int32) async throws -> [UInt8]? {
        let rows = try await query(
            """
            SELECT manifest_sha256 FROM export_manifest
            WHERE consortium_id = \(consortium) AND request_sha256 = \(request.bytes)
            """)
        return try rows.map { row in try row.next([UInt8].self) }.first
    }
}

extension Store {
    /// Keeps the digest of an export's manifest; the first one stays.
    public func keep(
        manifest: Digest32, of request: Digest32, in consortium: Int32, as principal: Principal
    ) async throws {
        _ = try await Failure.mapping {
            try await database.run([
                principal.scope,
                """
                INSERT INTO export_manifest (consortium_id, request_sha256, manifest_sha256)
                VALUES (\(consortium), \(request.bytes), \(manifest.bytes)) ON CONFLICT DO NOTHING
                """,
            ])
        }
    }
}
