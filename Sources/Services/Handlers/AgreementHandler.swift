public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

/// Cost-sharing agreements in revisions.
public struct AgreementHandler: AgreementServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func createAgreementRevision(
        _ request: CreateAgreementRevisionRequest, _ call: ServerCall
    ) async throws -> CreateAgreementRevisionResponse {
        var checks = FieldChecks()
        let ids = checks.ids(request.parent, in: ["consortia", "agreements"], field: "parent")
        if let ids { _ = checks.resourceID(ids[1], field: "parent") }
        let valid = checks.agreementRevision(request.agreementRevision, field: "agreement_revision")
        try checks.finish()
        let caller = try await backend.participant(call, in: ids![0], as: .actors)
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            // The head comes first: two drafts at once get two numbers.
            let head = try await session.head(of: caller.consortium)
            try await AllocationReferences(session: session, caller: caller).check(request.agreementRevision)
            let before = try await session.agreementRevisions(of: ids![1], in: caller.consortium)
            let number = (before.last?.revision ?? 0) + 1
            var revision = request.agreementRevision
            revision.name = "\(request.parent)/revisions/\(number)"
            revision.state = .draft
            revision.registerPosition = head.nextPosition
            let row = AgreementRevisionRow(
                revision: number, state: Int16(API.AgreementRevisionState.draft.rawValue), validFrom: valid!.start,
                validUntil: valid!.end, content: try revision.serializedBytes())
            try await session.record(row, of: ids![1], in: caller.consortium, at: head.nextPosition)
            try head.append(
                .agreementRevisionDrafted(revision), to: caller.name, by: caller.principal, for: stamp)
            var response = CreateAgreementRevisionResponse()
            response.agreementRevision = revision
            return response
        }
    }

    /// The most frequent read: the stored bytes are the answer's, so they are handed on and never decoded.
    public func getAgreementRevision(_ bytes: [UInt8], _ call: ServerCall) async throws -> [UInt8] {
        let request: GetAgreementRevisionRequest
        do {
            request = try GetAgreementRevisionRequest(serializedBytes: bytes)
        } catch {
            throw Failure(.malformedMessage, "the request is not a GetAgreementRevisionRequest")
        }
        let name = try AgreementRevisionName(request.name, field: "name")
        let caller = try await backend.participant(call, in: name.consortium)
        if request.hasAsOf { return try await agreementRevision(name, as: caller, request) }
        let content = try await backend.store.reader(caller.principal).agreementRevisionContent(
            name.revision, of: name.agreement, in: caller.consortium, name: request.name)
        return WireFormat.field(1, of: content)
    }

    private func agreementRevision(
        _ name: AgreementRevisionName, as caller: Participant, _ request: GetAgreementRevisionRequest
    ) async throws -> [UInt8] {
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let content = try await reader.agreementRevisionContent(
            name.revision, of: name.agreement, in: caller.consortium, knownAt: state.size, name: request.name)
        return WireFormat.field(1, of: content) + WireFormat.field(2, of: try state.message.serializedBytes())
    }

    public func listAgreementRevisions(
        _ request: ListAgreementRevisionsRequest, _ call: ServerCall
    ) async throws -> ListAgreementRevisionsResponse {
        let ids = try ResourceName.ids(request.parent, in: ["consortia", "agreements"], field: "parent")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let page = try ListPage(request, call, caller.principal)
        let rows = try await reader.agreementRevisions(
            of: ids[1], in: caller.consortium, on: request.asOf.hasDay ? state.day : nil, knownAt: state.size,
            after: try page.number() ?? 0, limit: page.limit)
        var response = ListAgreementRevisionsResponse()
        let (shown, next) = page.cut(rows) { [String($0.revision)] }
        response.nextPageToken = next
        response.agreementRevisions = try shown.map { try AgreementRevision(serializedBytes: $0.content) }
        response.asOf = state.message
        return response
    }
}
