public import Domain
internal import Postgres

/// How much the application behind a listing is used, over all consortia; numbers, and no names.
public struct UsageEvidenceRow: Sendable, Equatable {
    public var live: Int32 = 0
    public var agreed: Int32 = 0
    public var ended: Int32 = 0
    public var liveSince: CivilDate?
    public var reports: Int32 = 0
}

extension Reader {
    /// The evidence of use of listings on a day, by their surrogates; those without any are left out.
    public func usageEvidence(of publications: [Int32], on day: CivilDate) async throws -> [Int32: UsageEvidenceRow] {
        guard !publications.isEmpty else { return [:] }
        let answers = try await run([
            "SELECT publication_id, live, agreed, ended, live_since FROM usage_evidence(\(publications), \(day))",
            """
            SELECT v.publication_id, count(*)::int FROM adoption_report v
            WHERE v.publication_id = ANY (\(publications)) AND \(Versions.current) GROUP BY v.publication_id
            """,
        ])
        let pairs = try answers[0].map { row in
            (
                try row.next(Int32.self),
                UsageEvidenceRow(
                    live: try row.next(Int32.self), agreed: try row.next(Int32.self), ended: try row.next(Int32.self),
                    liveSince: try row.next(CivilDate?.self))
            )
        }
        var evidence = Dictionary(uniqueKeysWithValues: pairs)
        for var row in answers[1] {
            let id = try row.next(Int32.self)
            evidence[id, default: UsageEvidenceRow()].reports = try row.next(Int32.self)
        }
        return evidence
    }

    /// Every registered municipality, and whether it runs the application behind a public listing on a day.
    public func coverage(of publication: Int32, on day: CivilDate) async throws -> [Coverage.Municipality] {
        let rows = try await query(
            "SELECT land, inhabitants, is_covered FROM solution_coverage(\(publication), \(day))")
        return try rows.map { row in
            Coverage.Municipality(
                land: try row.next(String?.self), inhabitants: try row.next(Int64?.self),
                isCovered: try row.next(Bool.self))
        }
    }

    /// Whether a party that the caller acts for runs or has run the application behind a public listing.
    public func hasRun(_ publication: Int32, party: Int32) async throws -> Bool {
        let rows = try await query("SELECT has_run(\(publication), \(party))")
        return try rows.decode(Bool.self, row: 0, column: 0)
    }

    /// What shows the stage of a party, as far as the caller may ask for it.
    public func stageEvidence(of party: Int32) async throws -> [MunicipalityStage.Evidence] {
        let rows = try await query("SELECT fact, resource, since, until FROM stage_evidence(\(party))")
        return try rows.map { row in
            let number = try row.next(Int16.self)
            let facts: [Int16: MunicipalityStage.Fact] = [
                1: .guideUsed, 2: .adviceTaken, 3: .solutionLive, 4: .memberOfConsortium,
            ]
            guard let fact = facts[number] else { throw Failure(.internal, "evidence has the unknown kind \(number)") }
            return MunicipalityStage.Evidence(
                fact: fact, resource: try row.next(String.self), since: try row.next(CivilDate.self),
                until: try row.next(CivilDate?.self))
        }
    }
}
