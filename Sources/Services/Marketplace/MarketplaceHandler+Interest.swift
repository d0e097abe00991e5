public import API
internal import Domain
internal import Foundation
public import GRPC
internal import Register
internal import Store

/// Interests (Interessenbekundungen): of a party, or of one that a bundler holds a mandate of.
extension MarketplaceHandler {
    public func expressInterest(
        _ request: ExpressInterestRequest, _ call: ServerCall
    ) async throws -> ExpressInterestResponse {
        let principal = try await backend.seeker(call)
        var checks = FieldChecks()
        _ = checks.id(request.listing, in: "listings", field: "listing")
        checks.text(request.message, field: "message", length: 0...2000)
        try checks.finish()
        let party = try principal.party(request.party, field: "party")
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let row = try await change.session.publication(request.listing, .published, type: Listing.type)
            try Domain.PublicationState(stored: row.state).require(.published, to: "express an interest in it")
            guard row.owner != party.code else {
                throw Failure.invalid("party", "must not be the owner of the listing")
            }
            var state = Domain.InterestState.expressed
            if let former = try await change.session.interest(of: party.code, in: request.listing) {
                state = try Domain.InterestState(stored: former.state)
                try state.transition(to: .expressed)
            }
            let owner = try await change.session.partyID(row.owner, field: "listing")
            let message = SaltedText.new(request.message)
            try await change.session.expressInterest(
                of: party.id, in: row.id, ownedBy: owner, state: state.stored, message: message.kept,
                at: change.position)
            var response = ExpressInterestResponse()
            response.contact = try Listing(row).contact
            (response.interest, response.registerPosition) = try await change.recordInterest(
                of: party.code, in: request.listing, text: message.digest)
            return response
        }
    }

    public func answerInterest(
        _ request: AnswerInterestRequest, _ call: ServerCall
    ) async throws -> AnswerInterestResponse {
        let principal = try await backend.authorise(call, as: .publishers)
        var checks = FieldChecks()
        let ids = checks.ids(request.name, in: ["listings", "interests"], field: "name")
        checks.text(request.answer, field: "answer", length: 0...2000)
        try checks.finish()
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let row = try await change.session.interest(ids!, name: request.name, etag: request.etag)
            guard row.ownerID == principal.partyID else {
                throw Failure(.permissionDenied, "only the owner of the listing answers an interest in it")
            }
            let answer = SaltedText.new(request.answer)
            var response = AnswerInterestResponse()
            (response.interest, response.registerPosition) = try await change.advance(
                row, to: request.accept ? .accepted : .declined, answer: answer)
            return response
        }
    }

    public func withdrawInterest(
        _ request: WithdrawInterestRequest, _ call: ServerCall
    ) async throws -> WithdrawInterestResponse {
        let principal = try await backend.seeker(call)
        let ids = try ResourceName.ids(request.name, in: ["listings", "interests"], field: "name")
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let row = try await change.session.interest(ids, name: request.name, etag: request.etag)
            guard principal.parties[row.partyCode] != nil else {
                throw Failure(.permissionDenied, "only the party itself, or its bundler, takes its interest back")
            }
            var response = WithdrawInterestResponse()
            (response.interest, response.registerPosition) = try await change.advance(row, to: .withdrawn)
            return response
        }
    }

    public func listInterests(
        _ request: ListInterestsRequest, _ call: ServerCall
    ) async throws -> ListInterestsResponse {
        let principal = try await backend.authorise(call).under(.seekSolutions, on: Clock.today())
        if !request.parent.isEmpty { _ = try Listing.id(request.parent, field: "parent") }
        let page = try ListPage(request, call, principal)
        let last = try page.place(count: 2) ?? ["", ""]
        let rows = try await backend.store.reader(principal).interests(
            in: request.parent, after: (listing: last[0], party: last[1]), limit: page.limit)
        var response = ListInterestsResponse()
        let (shown, next) = page.cut(rows) { [$0.listing, $0.partyCode] }
        response.nextPageToken = next
        response.interests = shown.map(Interest.init)
        return response
    }
}

extension Reader {
    /// An interest that the caller may see, unchanged since it was read.
    ///
    /// - Parameter ids: of the listing and of the party.
    func interest(_ ids: [String], name: String, etag: String) async throws -> InterestRow {
        guard let row = try await interest(of: ids[1], in: "listings/" + ids[0]) else {
            throw Failure.unknown("interest", name)
        }
        try Etag.require(etag, position: row.changedAt, "interest", name)
        return row
    }
}

extension PlatformChange {
    /// Takes an interest one step further.
    func advance(
        _ row: InterestRow, to next: Domain.InterestState, answer: (kept: SaltedText, digest: Data)? = nil,
        membership: String? = nil
    ) async throws -> (Interest, Int64) {
        var state = try Domain.InterestState(stored: row.state)
        try state.transition(to: next)
        try await session.change(row, to: state.stored, answer: answer?.kept, membership: membership, at: position)
        return try await recordInterest(of: row.partyCode, in: row.listing, text: answer?.digest ?? Data())
    }

    fileprivate func recordInterest(
        of party: String, in listing: String, text digest: Data
    ) async throws -> (Interest, Int64) {
        guard let row = try await session.interest(of: party, in: listing) else {
            throw Failure(.internal, "an interest was stored and cannot be read")
        }
        let interest = Interest(row)
        var entry = InterestRecorded()
        entry.interest = interest.name
        entry.actingParty = interest.actingParty
        entry.state = interest.state
        entry.textSha256 = digest
        entry.membership = interest.membership
        return (interest, try append(.interestRecorded(entry)))
    }
}

extension Interest {
    init(_ row: InterestRow) {
        self.init()
        name = "\(row.listing)/interests/\(row.partyCode)"
        party = "parties/" + row.partyCode
        actingParty = "parties/" + row.actingPartyCode
        state = API.InterestState(rawValue: Int(row.state)) ?? .unspecified
        message = row.message
        answer = row.answer
        membership = row.membership
        etag = Etag.text(row.changedAt)
    }
}
