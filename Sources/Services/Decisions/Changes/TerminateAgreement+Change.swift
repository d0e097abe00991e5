internal import API
internal import Domain
internal import Store

/// The end of an agreement: what is in force holds for the days before, and for none after.
extension TerminateAgreement: JointChange {
    func check(_ context: ChangeContext, _ decision: Decision) async throws {
        try await context.consortium().state.require(.active, to: "end an agreement")
        _ = try await revisions(context)
    }

    func enact(_ context: ChangeContext) async throws {
        let (agreement, day, rows) = try await revisions(context)
        for row in rows {
            let name = "\(self.agreement)/revisions/\(row.revision)"
            let revision = try RevisionInChange(agreement, name: name, row)
            if row.validFrom < day {
                try await revision.end(on: day, as: .terminated, context) { .agreementRevisionTerminated($0) }
            } else {
                try await revision.move(to: .superseded, context) { .agreementRevisionSuperseded($0) }
            }
        }
    }

    func preview(_ context: ChangeContext) async throws -> [ChangeEffect] {
        let (_, day, rows) = try await revisions(context)
        return try rows.map { row in
            ChangeEffect(
                subject: "\(agreement)/revisions/\(row.revision)", before: try row.valid.description,
                after: row.validFrom < day ? "\(row.validFrom)/\(day)" : "SUPERSEDED")
        }
    }

    /// The revisions that reach beyond the end. Throws NO_REVISION_IN_FORCE where none does.
    private func revisions(
        _ context: ChangeContext
    ) async throws -> (agreement: String, day: Domain.CivilDate, rows: [AgreementRevisionRow]) {
        let field = "decision.terminate_agreement"
        var checks = FieldChecks()
        let ids = checks.ids(agreement, in: ["consortia", "agreements"], field: field + ".agreement")
        let day = checks.date(endDate, isSet: hasEndDate, field: field + ".end_date")
        try checks.finish()
        try context.caller.require(ids![0], field: field + ".agreement")
        let rows = try await context.session.agreementRevisions(of: ids![1], in: context.caller.consortium).filter {
            try $0.domainState == .inForce && ($0.validUntil.map { $0 > day! } ?? true)
        }
        guard !rows.isEmpty else {
            throw Failure(.noRevisionInForce, "nothing of \(agreement) is in force on \(day!) or later")
                .about("agreement", agreement)
        }
        return (ids![1], day!, rows)
    }
}
