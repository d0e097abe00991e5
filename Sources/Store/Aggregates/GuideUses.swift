public import Domain
internal import Postgres
public import Register

/// A row of `adoption_report`.
public struct AdoptionReportRow: Sendable, Equatable {
    public var partyCode: String
    public var introductionDays: Int32
    public var rating: Int16
    public var text: String
    public var recordedFrom: Int64
}

extension VersionedTable {
    /// One report of a party about a listing, as known over the platform's register.
    static let adoptionReport = VersionedTable(
        "adoption_report", columns: "publication_id, party_id, introduction_days, rating, text, text_salt")
}

extension Reader {
    /// Whether a party has used this revision of a guide already.
    public func hasUsedGuide(_ publication: Int32, revision: Int32, party: Int32) async throws -> Bool {
        let rows = try await query(
            """
            SELECT 1 FROM guide_use
            WHERE party_id = \(party) AND publication_id = \(publication) AND revision = \(revision)
            """)
        return rows.count > 0
    }

    /// The reports about a listing, as known when the platform's register had `size` entries, newest first: those
    /// entered before a position.
    public func adoptionReports(
        about publication: Int32, knownAt size: Int64 = .max, before first: Int64 = .max, limit: Int = .max
    ) async throws -> [AdoptionReportRow] {
        let rows = try await query(
            """
            SELECT p.party_code, v.introduction_days, v.rating, v.text, v.recorded_from
            FROM adoption_report v JOIN party p USING (party_id)
            WHERE v.publication_id = \(publication) AND v.recorded_from < \(first)
                AND \(Versions.known(at: size))
            ORDER BY v.recorded_from DESC LIMIT \(limit)
            """)
        return try rows.map { row in
            AdoptionReportRow(
                partyCode: try row.next(String.self), introductionDays: try row.next(Int32.self),
                rating: try row.next(Int16.self), text: try row.next(String.self),
                recordedFrom: try row.next(Int64.self))
        }
    }
}

extension Session {
    /// Records that a party has used a revision of a guide.
    public func insertGuideUse(
        of publication: Int32, revision: Int32, by party: Int32, on day: CivilDate, recordedFrom: Int64
    ) async throws {
        _ = try await query(
            """
            INSERT INTO guide_use (publication_id, revision, party_id, acting_party_id, used_on, recorded_from)
            VALUES (\(publication), \(revision), \(party), \(principal.partyID), \(day), \(recordedFrom))
            """)
    }

    /// Records a party's report about a listing in place of the one before.
    public func record(
        reportOf party: Int32, about publication: Int32, introductionDays: Int32, rating: Int16, text: SaltedText,
        at position: Int64
    ) async throws {
        _ = try await run(
            VersionedTable.adoptionReport.replace(
                where: "v.publication_id = \(publication) AND v.party_id = \(party)",
                with: """
                    \(publication), \(party), \(introductionDays), \(rating), \(text.text), \(text.salt)
                    """,
                at: position))
    }
}
