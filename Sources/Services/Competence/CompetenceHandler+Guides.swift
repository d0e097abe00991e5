public import API
internal import Domain
internal import Foundation
public import GRPC
internal import Register
internal import Store

/// Guides, their use, and reports on solutions.
extension CompetenceHandler {
    public func createGuide(_ request: CreateGuideRequest, _ call: ServerCall) async throws -> CreateGuideResponse {
        let principal = try await authors(call)
        var checks = FieldChecks()
        let id = checks.resourceID(request.guideID, field: "guide_id")
        request.guide.check(&checks)
        try checks.finish()
        do {
            return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
                var response = CreateGuideResponse()
                (response.guide, response.registerPosition) = try await change.write(
                    request.guide, name: "guides/" + id!, after: nil, application: nil)
                return response
            }
        } catch let failure as Failure where failure.violations.first?.field == "listing_id" {
            // Listings and guides are in one table; its constraint cannot tell which id was taken.
            throw Failure.invalid("guide_id", "is taken", reason: .alreadyExists)
        }
    }

    public func updateGuide(_ request: UpdateGuideRequest, _ call: ServerCall) async throws -> UpdateGuideResponse {
        let principal = try await authors(call)
        var checks = FieldChecks()
        _ = checks.id(request.guide.name, in: "guides", field: "guide.name")
        request.guide.check(&checks)
        try checks.finish()
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let former = try await change.session.ownPublication(
                Guide.self, request.guide.name, etag: request.guide.etag, principal: principal)
            var response = UpdateGuideResponse()
            (response.guide, response.registerPosition) = try await change.write(
                request.guide, name: request.guide.name, after: former, application: nil)
            return response
        }
    }

    public func publishGuide(_ request: PublishGuideRequest, _ call: ServerCall) async throws -> PublishGuideResponse {
        let principal = try await authors(call)
        _ = try Guide.id(request.name, field: "name")
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let row = try await change.session.ownPublication(
                Guide.self, request.name, etag: request.etag, principal: principal)
            var response = PublishGuideResponse()
            (response.guide, response.registerPosition) = try await change.publish(row, as: Guide.self)
            return response
        }
    }

    public func withdrawGuide(
        _ request: WithdrawGuideRequest, _ call: ServerCall
    ) async throws -> WithdrawGuideResponse {
        let principal = try await authors(call)
        _ = try Guide.id(request.name, field: "name")
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let row = try await change.session.ownPublication(
                Guide.self, request.name, etag: request.etag, principal: principal)
            var response = WithdrawGuideResponse()
            (response.guide, response.registerPosition) = try await change.withdraw(row, as: Guide.self)
            return response
        }
    }

    public func getGuide(_ request: GetGuideRequest, _ call: ServerCall) async throws -> GetGuideResponse {
        let principal = try await backend.authorise(call)
        _ = try Guide.id(request.name, field: "name")
        guard request.revision >= 0 else { throw Failure.invalid("revision", "must not be negative") }
        let choice: RevisionChoice = request.revision == 0 ? .usual : .number(request.revision)
        var response = GetGuideResponse()
        response.guide = try Guide(
            try await backend.store.reader(principal).publication(request.name, choice, type: Guide.type))
        return response
    }

    public func recordGuideUse(
        _ request: RecordGuideUseRequest, _ call: ServerCall
    ) async throws -> RecordGuideUseResponse {
        let principal = try await backend.seeker(call)
        var checks = FieldChecks()
        _ = checks.id(request.guide, in: "guides", field: "guide")
        let today = Clock.today()
        let day = request.hasUsedOn ? checks.date(request.usedOn, isSet: true, field: "used_on") : today
        checks.require(day.map { $0 <= today } ?? true, "used_on", "must not lie in the future")
        try checks.finish()
        let party = try principal.party(request.party, field: "party")
        return try await backend.platformChange(call, request, id: request.requestID, as: principal) { change in
            let row = try await change.session.publication(request.guide, .published, type: Guide.type)
            try Domain.PublicationState(stored: row.state).require(.published, to: "record its use")
            guard try await !change.session.hasUsedGuide(row.id, revision: row.revision.number, party: party.id) else {
                throw Failure(
                    .alreadyExists, "that parties/\(party.code) has used revision \(row.revision.number) is recorded")
            }
            try await change.session.insertGuideUse(
                of: row.id, revision: row.revision.number, by: party.id, on: day!, recordedFrom: change.position)
            var response = RecordGuideUseResponse()
            response.guideUse.guide = row.name
            response.guideUse.revision = row.revision.number
            response.guideUse.party = "parties/" + party.code
            response.guideUse.usedOn = API.CivilDate(day!)
            response.registerPosition = try change.append(.guideUsed(response.guideUse))
            return response
        }
    }

    /// Advisory bodies, coordination offices and operators.
    private func authors(_ call: ServerCall) async throws -> Principal {
        let principal = try await backend.authorise(call, as: .publishers)
        guard principal.role == .municipality else { return principal }
        let bodies = try await backend.store.reader(principal).advisoryBodies()
        guard bodies.contains(where: { $0.partyCode == principal.partyCode && !$0.hasEnded }) else {
            throw Failure(
                .permissionDenied, "guides are written by advisory bodies, coordination offices and operators")
        }
        return principal
    }
}
