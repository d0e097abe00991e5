public import API
internal import Domain
public import GRPC
internal import Store
internal import SwiftProtobuf

/// What settlements ask for, on paper.
extension SettlementHandler {
    public func issueSettlement(
        _ request: IssueSettlementRequest, _ call: ServerCall
    ) async throws -> IssueSettlementResponse {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "settlements"], field: "name")
        let terms = try SettlementIssue.Terms(request, today: Clock.today())
        let caller = try await backend.participant(call, in: ids[0], as: [.coordinationOffice])
        if request.validateOnly {
            let reader = backend.store.reportReader(caller.principal)
            let row = try await reader.settlement(ids[1], in: caller.consortium, name: request.name)
            try row.require(etag: request.etag, name: request.name)
            // A preview may come before the approval, so that the members see what they approve.
            try Domain.SettlementState(number: row.state).require(.calculated, .approved, to: "preview its documents")
            var response = IssueSettlementResponse()
            response.settlement = try Settlement(row)
            response.documents = try await SettlementIssue(row, terms, caller: caller, reader: reader).messages()
            return response
        }
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            // Under the register's lock: of two clerks the second one sees what the first one has done.
            let head = try await session.head(of: caller.consortium)
            let row = try await session.settlement(ids[1], in: caller.consortium, name: request.name)
            try row.require(etag: request.etag, name: request.name)
            var state = try Domain.SettlementState(number: row.state)
            try state.transition(to: .issued)
            let issue = try await SettlementIssue(row, terms, caller: caller, reader: session)
            return try await issueDocuments(issue, head, session, stamp)
        }
    }

    private func issueDocuments(
        _ issue: SettlementIssue, _ head: RegisterHead, _ session: Session, _ stamp: RequestStamp
    ) async throws -> IssueSettlementResponse {
        let (caller, position) = (issue.caller, head.nextPosition)
        var documents = try issue.messages()
        if !documents.isEmpty {
            let year = issue.terms.issueDate.year
            let first = try await session.takeDocumentOrdinals(documents.count, year: year, in: caller.consortium)
            for index in documents.indices {
                let number = DocumentNumber(year: year, ordinal: first + Int64(index))
                documents[index].name = "\(caller.name)/documents/\(number.text)"
                documents[index].state = .issued
            }
        }
        var issued = SettlementIssued()
        issued.settlement = issue.head.name
        issued.correctedSettlement = issue.head.corrects
        issued.documents = documents.map { document in
            // Free text stays out of the register; its digest stands for it.
            var document = document
            document.legalRemedyNotice = ""
            return document
        }
        for index in documents.indices { documents[index].registerPosition = position }
        let rows = try issue.rows(of: documents, partyIDs: try await session.partyIDs(issue.parties))
        try await session.insert(rows, in: caller.consortium, recordedFrom: position)
        try await session.moveSettlement(
            issue.row.code, to: Int16(API.SettlementState.issued.rawValue), in: caller.consortium, at: position)
        if !issue.head.corrects.isEmpty {
            let ids = try ResourceName.ids(issue.head.corrects, in: ["consortia", "settlements"], field: "corrects")
            try await session.moveSettlement(
                ids[1], to: Int16(API.SettlementState.corrected.rawValue), in: caller.consortium, at: position)
        }
        try head.append(.settlementIssued(issued), to: caller.name, by: caller.principal, for: stamp)
        var response = IssueSettlementResponse()
        response.settlement = issue.head
        response.settlement.state = .issued
        response.settlement.etag = Etag.text(position)
        response.documents = documents
        return response
    }

    public func getDocument(_ request: GetDocumentRequest, _ call: ServerCall) async throws -> GetDocumentResponse {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "documents"], field: "name")
        let caller = try await backend.participant(call, in: ids[0])
        let content = try await backend.store.reader(caller.principal).document(
            ids[1], in: caller.consortium, name: request.name)
        var response = GetDocumentResponse()
        response.document = try Document(serializedBytes: content)
        return response
    }

    public func listDocuments(_ request: ListDocumentsRequest, _ call: ServerCall) async throws -> ListDocumentsResponse
    {
        let code = try ResourceName.id(request.parent, in: "consortia", field: "parent")
        let size = try Limits.pageSize(request.pageSize)
        let caller = try await backend.participant(call, in: code)
        var settlement: String?
        if !request.settlement.isEmpty {
            let ids = try ResourceName.ids(request.settlement, in: ["consortia", "settlements"], field: "settlement")
            try caller.require(ids[0], field: "settlement")
            settlement = ids[1]
        }
        // The token is the last number of the page before: the order is the key's.
        var question = request
        (question.pageToken, question.pageSize) = ("", 0)
        let token = try PageToken(question, method: call.method.path, principal: caller.principal)
        let last = try token.place(request.pageToken, count: 1)?[0] ?? ""
        let rows = try await backend.store.reader(caller.principal).documents(
            in: caller.consortium, of: settlement, after: last, limit: size + 1)
        var response = ListDocumentsResponse()
        response.documents = try rows.prefix(size).map { try Document(serializedBytes: $0.content) }
        if rows.count > size { response.nextPageToken = token.text([rows[size - 1].number]) }
        return response
    }
}
