internal import API
internal import Domain
internal import Foundation
internal import Register
internal import Store
internal import SwiftProtobuf

/// One step of a request for advice: where it leads, and who may take it.
struct AdviceStep {
    /// Who takes a step.
    enum Actor {
        /// Whoever the call itself lets through.
        case anybody
        /// The body that has the request.
        case body
        /// The party that needs advice, or its bundler.
        case asker
    }

    let name: String
    let code: String
    let etag: String
    let next: Domain.AdvisoryRequestState
    let actor: Actor
    /// The body that has it from now on; nil leaves it where it is.
    let body: String?
    let rating: Int16
    let text: String

    init(
        name: String, etag: String, next: Domain.AdvisoryRequestState, by actor: Actor, body: String? = nil,
        rating: Int16 = 0, text: String = ""
    ) throws {
        code = try ResourceName.id(name, in: "advisoryRequests", field: "name")
        self.name = name
        self.etag = etag
        self.next = next
        self.actor = actor
        self.body = body
        self.rating = rating
        self.text = text
    }

    fileprivate func authorise(_ row: AdvisoryRequestRow, _ principal: Principal) throws {
        switch actor {
        case .anybody: return
        case .body:
            guard row.bodyPartyID == principal.partyID else {
                let holder = row.bodyCode.map { "advisoryBodies/\($0) has it" } ?? "it is not assigned yet"
                throw Failure(.permissionDenied, "only the advisory body that has a request works on it; \(holder)")
            }
        case .asker:
            guard principal.parties[row.partyCode] != nil else {
                throw Failure(.permissionDenied, "only the party that asked, or its bundler, may do this")
            }
        }
    }
}

extension PlatformChange {
    /// Takes a request one step further.
    func take(_ step: AdviceStep) async throws -> (AdvisoryRequest, Int64) {
        let row = try await session.advisoryRequest(step.code)
        try Etag.require(step.etag, position: row.changedAt, "advisory request", step.name)
        try step.authorise(row, principal)
        var state = try Domain.AdvisoryRequestState(stored: row.state)
        do { try state.transition(to: step.next) } catch { throw error.about("advisory request", step.name) }
        var body: AdvisoryBodyRow?
        if let code = step.body {
            guard code != row.bodyCode else {
                throw Failure.invalid("advisory_body", "has the request already; name another body")
            }
            body = try await session.activeBody(code)
        }
        let text = SaltedText.new(step.text)
        try await session.advance(
            row, to: state.stored, body: body, rating: step.rating, text.kept, at: position)
        return try await recordAdvice(step.code, text: text.digest)
    }

    /// Appends the entry for what a request has become.
    func recordAdvice(_ code: String, text digest: Data) async throws -> (AdvisoryRequest, Int64) {
        let request = try await session.wholeAdvisoryRequest(code)
        var entry = AdvisoryRequestRecorded()
        entry.advisoryRequest = request.name
        entry.party = request.party
        entry.actingParty = request.actingParty
        entry.topic = request.topic
        entry.state = request.state
        entry.advisoryBody = request.advisoryBody
        entry.rating = request.rating
        entry.textSha256 = digest
        return (request, try append(.advisoryRequestRecorded(entry)))
    }
}

extension Reader {
    /// A request with its steps.
    func wholeAdvisoryRequest(_ code: String) async throws -> AdvisoryRequest {
        let row = try await advisoryRequest(code)
        var request = AdvisoryRequest(row)
        request.steps = try await advisorySteps(of: row.id).map { step in
            .with {
                $0.state = API.AdvisoryRequestState(rawValue: Int(step.state)) ?? .unspecified
                $0.party = "parties/" + step.partyCode
                $0.advisoryBody = step.bodyCode.map { "advisoryBodies/" + $0 } ?? ""
                $0.text = step.text
                $0.registerPosition = step.recordedFrom
            }
        }
        return request
    }

    /// A body that takes new requests.
    func activeBody(_ code: String) async throws -> AdvisoryBodyRow {
        let body = try await advisoryBody(code)
        guard !body.hasEnded else {
            throw Failure(.invalidState, "advisoryBodies/\(code) has ended and takes no more requests; choose another")
                .about("advisory body", "advisoryBodies/\(code)")
        }
        return body
    }

    /// The body that gets a party's question: the one it has chosen, else the only one that fits most closely.
    func competentBody(for party: String, topic: String, chosen: String?) async throws -> AdvisoryBodyRow? {
        if let chosen { return try await activeBody(chosen) }
        let asker = try await self.party(party, on: Clock.today())
        let bodies = try await advisoryBodies().filter { !$0.hasEnded }
        return AdvisoryCompetence.only(
            of: bodies, land: Land(ags: asker.ags, ars: asker.ars)?.text, topic: topic, competence: \.competence)
    }
}
