internal import API
internal import Domain
internal import Store

/// What a party says of its use of an application: checked against what it said before.
struct AdoptionRecording {
    let context: ChangeContext
    let application: ReleaseName.Application
    let adoption: Adoption

    func record() async throws -> (Adoption, Int64) {
        var checks = FieldChecks()
        let code = checks.id(adoption.party, in: "parties", field: "adoption.party")
        checks.enumeration(adoption.state, field: "adoption.state")
        let since = checks.date(
            adoption.valid.start, isSet: adoption.hasValid && adoption.valid.hasStart, field: "adoption.valid.start")
        checks.require(!adoption.valid.hasEnd, "adoption.valid.end", "is set by what follows")
        checks.require(
            (adoption.state == .live) == !adoption.version.isEmpty, "adoption.version",
            "must be given for LIVE and for nothing else")
        try checks.finish()
        let principal = context.caller.principal
        guard principal.role == .coordinationOffice || principal.partyCode == code! else {
            throw Failure(.permissionDenied, "party \(principal.partyCode) speaks for itself only")
        }
        let party = try await context.session.partyID(code!, field: "adoption.party")
        try await requireSuccession(party, since!)
        if adoption.state == .live { try await requireRelease() }
        let row = AdoptionRow(
            partyCode: code!, state: Int16(adoption.state.rawValue), version: adoption.version,
            days: Domain.DateRange(from: since!), position: try await context.nextPosition())
        try await context.session.record(
            row, by: party, of: application.id, in: context.caller.consortium)
        let stored = Adoption(row, application: application.name)
        return (stored, try await context.append(.adoptionRecorded(stored)))
    }

    private func requireSuccession(_ party: Int32, _ since: Domain.CivilDate) async throws {
        let next = try Domain.AdoptionState(number: Int16(adoption.state.rawValue))
        let latest = try await context.session.latestAdoption(
            by: party, of: application.id, in: context.caller.consortium)
        guard let latest else {
            if next == .ended {
                throw Failure(
                    .invalidState, "there is no adoption to end; it must be INTEREST, AGREED or LIVE before"
                ).with("wanted", next.rawValue).about("application", application.name)
            }
            return
        }
        guard latest.days.start < since else {
            throw Failure.invalid(
                "adoption.valid.start", "must lie after \(latest.days.start), the first day of what was recorded before"
            )
        }
        var state = try Domain.AdoptionState(number: latest.state)
        try state.transition(to: next)
        guard
            next != .live || latest.state != Int16(API.AdoptionState.live.rawValue)
                || latest.version != adoption.version
        else {
            throw Failure(.alreadyExists, "the party runs version \(adoption.version) already")
                .about("application", application.name)
        }
    }

    private func requireRelease() async throws {
        let row = try await context.session.release(
            adoption.version, of: application.id, in: context.caller.consortium)
        guard let row else {
            throw Failure.invalid("adoption.version", "names no release of the application")
        }
        let state = try row.domainState()
        guard state.canBeAdopted else {
            throw Failure(
                .invalidState,
                "to be run the release must be RELEASED or DEPRECATED; \(adoption.version) is \(state.rawValue)"
            ).with("state", state.rawValue).about("release", "\(application.name)/releases/\(adoption.version)")
        }
    }
}
