public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

/// Joining and leaving.
extension ConsortiumHandler {
    public func applyForMembership(
        _ request: ApplyForMembershipRequest, _ call: ServerCall
    ) async throws -> ApplyForMembershipResponse {
        var checks = FieldChecks()
        let code = checks.id(request.parent, in: "consortia", field: "parent")
        let party = checks.id(request.party, in: "parties", field: "party")
        checks.digest(request.documentSha256, field: "document_sha256", mayBeEmpty: true)
        try checks.finish()
        let principal = try await backend.authorise(call, as: .actors)
        guard principal.role == .coordinationOffice || principal.partyCode == party! else {
            throw Failure(.permissionDenied, "party \(principal.partyCode) applies for itself only")
        }
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            // The platform's register is locked before the consortium's.
            let followed = try await FollowedInterest(request, party: party!, session, principal, stamp)
            let context = try await applicant(principal, code!, session, stamp, isInvited: followed != nil)
            try await context.consortium().state.require(.active, to: "apply for membership")
            var member = MemberRow(
                partyCode: party!, state: Int16(API.MembershipState.applied.rawValue), voteWeight: 1)
            member.partyID = try await session.partyID(party!, field: "party")
            member.documentDigest = Array(request.documentSha256)
            member.interest = request.interest
            let former = try await session.memberships(in: context.caller.consortium, knownAt: .max)
                .last { $0.partyCode == party! }
            if let former {
                let state = try former.domainState()
                guard state == .settled else {
                    throw Failure(
                        .invalidState, "to apply again the party's membership must be SETTLED; it is \(state.rawValue)"
                    ).with("state", state.rawValue).about("membership", "\(request.parent)/memberships/\(party!)")
                }
                member.number = former.number + 1
            }
            var response = ApplyForMembershipResponse()
            (response.membership, response.registerPosition) = try await context.record(member) {
                .membershipApplied($0)
            }
            try await followed?.lead(to: response.membership)
            return response
        }
    }

    public func withdrawMembershipApplication(
        _ request: WithdrawMembershipApplicationRequest, _ call: ServerCall
    ) async throws -> WithdrawMembershipApplicationResponse {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "memberships"], field: "name")
        let principal = try await backend.authorise(call, as: .actors)
        guard principal.role == .coordinationOffice || principal.partyCode == ids[1] else {
            throw Failure(.permissionDenied, "party \(principal.partyCode) speaks for itself only")
        }
        return try await backend.change(call, request, id: request.requestID, as: principal) { session, stamp in
            let context = try await applicant(principal, ids[0], session, stamp)
            let member = try await session.membership(
                of: ids[1], in: context.caller.consortium, name: request.name)
            try member.domainState().require(.applied, to: "withdraw the application")
            var response = WithdrawMembershipApplicationResponse()
            response.registerPosition = try await context.closeApplication(member)
            return response
        }
    }

    public func quoteBuyIn(_ request: QuoteBuyInRequest, _ call: ServerCall) async throws -> QuoteBuyInResponse {
        var checks = FieldChecks()
        let code = checks.id(request.parent, in: "consortia", field: "parent")
        let party = checks.id(request.party, in: "parties", field: "party")
        let share = request.hasShare ? checks.fraction(request.share, field: "share") : nil
        let day =
            request.hasReferenceDate
            ? checks.date(request.referenceDate, isSet: true, field: "reference_date") : nil
        try checks.finish()
        let caller = try await backend.participant(call, in: code!)
        let reader = backend.store.reader(caller.principal)
        let consortium = try await reader.consortium(caller.consortium, name: request.parent)
        let currency = try Currency(consortium.currency, field: "currency")
        let rule = try consortium.charter().buyInRule(currency)
        var inhabitants: (count: Int64, on: Domain.CivilDate)?
        if case .perInhabitant = rule, let day {
            inhabitants = (try await self.inhabitants(of: party!, on: day, reader), day)
        }
        let quote = try rule.quote(currency: currency, share: share, inhabitants: inhabitants)
        var response = QuoteBuyInResponse()
        response.amount = API.Money(quote.amount)
        response.explanation = "\(quote.explanation) = \(quote.amount)"
        return response
    }

    public func giveNotice(_ request: GiveNoticeRequest, _ call: ServerCall) async throws -> GiveNoticeResponse {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "memberships"], field: "name")
        let caller = try await backend.participant(call, in: ids[0], as: .actors)
        guard caller.principal.role == .coordinationOffice || caller.principal.partyCode == ids[1] else {
            throw Failure(.permissionDenied, "party \(caller.principal.partyCode) gives notice for itself only")
        }
        return try await backend.change(
            call, request, id: request.requestID, as: caller.principal, validateOnly: request.validateOnly
        ) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            if !request.validateOnly { _ = try await context.nextPosition() }
            let consortium = try await context.consortium()
            try consortium.state.require(.active, to: "give notice")
            let member = try await session.membership(of: ids[1], in: caller.consortium, name: request.name)
            let notice = try Notice(request, of: member, in: consortium, today: context.today)
            var response = GiveNoticeResponse()
            response.earliestExit = API.CivilDate(notice.earliest.day)
            response.explanation = notice.earliest.explanation
            if request.validateOnly {
                response.membership = Membership(
                    notice.member, consortium: caller.name, currency: consortium.currency)
            } else {
                (response.membership, response.registerPosition) = try await context.record(notice.member) {
                    .membershipNoticeGiven($0)
                }
            }
            return response
        }
    }

    public func settleMembership(
        _ request: SettleMembershipRequest, _ call: ServerCall
    ) async throws -> SettleMembershipResponse {
        var checks = FieldChecks()
        let ids = checks.ids(request.name, in: ["consortia", "memberships"], field: "name")
        checks.digest(request.documentSha256, field: "document_sha256", mayBeEmpty: true)
        try checks.finish()
        let caller = try await backend.participant(call, in: ids![0], as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            _ = try await context.nextPosition()
            var member = try await session.membership(of: ids![1], in: caller.consortium, name: request.name)
                .moved(to: .settled)
            member.documentDigest = Array(request.documentSha256)
            try await requireExitSettled(member, request.name, caller, session)
            let owned = try await session.applicationsOwned(
                by: member.partyID, in: caller.consortium, on: context.today)
            // In liquidation there may be nobody left to take the shares.
            let isInLiquidation = try await context.consortium().state == .inLiquidation
            guard owned.isEmpty || isInLiquidation else {
                throw Failure(
                    .invalidState,
                    "to become SETTLED the party must own no share; it owns one of \(owned.joined(separator: ", "))"
                ).about("membership", request.name)
            }
            var response = SettleMembershipResponse()
            (response.membership, response.registerPosition) = try await context.record(member) {
                .membershipSettled($0)
            }
            return response
        }
    }

    /// Where an agreement in force on the last day says what a party that leaves gets or bears, that must have been
    /// issued; and nothing that was calculated is left lying.
    private func requireExitSettled(
        _ member: MemberRow, _ name: String, _ caller: Participant, _ session: Session
    ) async throws {
        guard let end = member.validUntil, let last = end.adding(days: -1) else { return }
        let rows = try await session.exitSettlements(
            of: name, endingWith: try Domain.DateRange(last, end, field: "membership"), in: caller.consortium)
        if rows.contains(where: { $0.state == Int16(API.SettlementState.issued.rawValue) }) { return }
        let hasTerms = try await session.agreementRevisions(
            in: caller.consortium, on: last, knownAt: .max
        ).contains { row in
            try row.domainState.rules && AgreementRevision(serializedBytes: row.content).leaving.basis != .none
        }
        guard hasTerms || !rows.isEmpty else { return }
        throw Failure(
            .invalidState,
            "to become SETTLED the exit settlement must be ISSUED: calculate, approve and issue it first"
        ).about("membership", name)
    }

    public func getMembership(_ request: GetMembershipRequest, _ call: ServerCall) async throws -> GetMembershipResponse
    {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "memberships"], field: "name")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let consortium = try await reader.consortium(caller.consortium, name: caller.name)
        let row = try await reader.membership(
            of: ids[1], in: caller.consortium, knownAt: state.size, name: request.name)
        var response = GetMembershipResponse()
        response.membership = Membership(row, consortium: caller.name, currency: consortium.currency)
        response.asOf = state.message
        return response
    }

    public func listMemberships(
        _ request: ListMembershipsRequest, _ call: ServerCall
    ) async throws -> ListMembershipsResponse {
        let code = try ResourceName.id(request.parent, in: "consortia", field: "parent")
        let caller = try await backend.participant(call, in: code)
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let consortium = try await reader.consortium(caller.consortium, name: caller.name)
        let page = try ListPage(request, call, caller.principal)
        let last = try page.place(count: 2) ?? ["", "0"]
        let rows = try await reader.memberships(
            in: caller.consortium, on: request.asOf.hasDay ? state.day : nil, knownAt: state.size,
            after: (party: last[0], number: Int32(last[1]) ?? 0), limit: page.limit)
        var response = ListMembershipsResponse()
        let (shown, next) = page.cut(rows) { [$0.partyCode, String($0.number)] }
        response.nextPageToken = next
        response.memberships = shown.map {
            Membership($0, consortium: caller.name, currency: consortium.currency)
        }
        response.asOf = state.message
        return response
    }

    /// The consortium of an application. One that is not open to applications looks as if it were not there, except to
    /// those who have found it by a listing of the marketplace.
    private func applicant(
        _ principal: Principal, _ code: String, _ session: Session, _ stamp: RequestStamp, isInvited: Bool = false
    ) async throws -> ChangeContext {
        var id = principal.consortia[code]
        if id == nil, principal.role == .municipality, let open = try await session.openConsortium(code) {
            try await session.enter(code, open)
            id = open
        }
        guard let id else {
            guard isInvited else { throw Failure.unknown("consortium", "consortia/" + code) }
            throw Failure(
                .invalidState,
                "the charter of consortia/\(code) takes no applications from outside; its coordination office records "
                    + "them"
            ).about("consortium", "consortia/" + code)
        }
        let context = ChangeContext(
            session: session, caller: Participant(principal: principal, consortium: id, code: code), stamp: stamp)
        _ = try await context.nextPosition()
        return context
    }

    private func inhabitants(of code: String, on day: Domain.CivilDate, _ reader: some Reader) async throws -> Int64 {
        let party = try await reader.partyID(code, field: "party")
        let rows = try await reader.keyFigures(
            kind: Int16(API.KeyFigureKind.inhabitants.rawValue), on: day, parties: [party], knownAt: .max)
        guard let row = rows.first else {
            throw Failure(.missingKeyFigure, "the inhabitants of \(code) on \(day) are not recorded")
                .about("party", "parties/" + code)
        }
        return row.value
    }
}

/// A notice, checked against the charter.
private struct Notice {
    let earliest: Domain.NoticeRule.Exit
    /// The membership with its end.
    let member: MemberRow

    init(
        _ request: GiveNoticeRequest, of current: MemberRow, in consortium: ConsortiumRow, today: Domain.CivilDate
    ) throws {
        var member = try current.moved(to: .noticeGiven)
        var checks = FieldChecks()
        let received =
            request.hasReceivedOn ? checks.date(request.receivedOn, isSet: true, field: "received_on") : today
        let wanted = request.hasExitOn ? checks.date(request.exitOn, isSet: true, field: "exit_on") : nil
        checks.require(received.map { $0 <= today } ?? true, "received_on", "must not lie in the future")
        if request.forCause, !request.hasExitOn { checks.missing("exit_on") }
        checks.digest(request.documentSha256, field: "document_sha256", mayBeEmpty: true)
        try checks.finish()
        guard let since = member.validFrom else { throw Failure(.internal, "a member has no first day") }
        let rule = try consortium.charter().noticeRule
        let year = try consortium.fiscalYear()
        earliest = try rule.earliestExit(received: received!, memberSince: since, fiscalYear: year)
        if let wanted {
            if request.forCause {
                checks.require(
                    wanted > max(received!, since), "exit_on", "must lie after the receipt of the notice")
            } else {
                let isAllowed = try wanted >= earliest.day && rule.allows(wanted, fiscalYear: year)
                checks.require(
                    isAllowed, "exit_on",
                    "must be \(earliest.day) or a later day on which the charter lets a membership end: "
                        + earliest.explanation)
            }
            try checks.finish()
        }
        member.validUntil = wanted ?? earliest.day
        member.noticeDate = received
        member.isForCause = request.forCause
        member.documentDigest = Array(request.documentSha256)
        self.member = member
    }
}
