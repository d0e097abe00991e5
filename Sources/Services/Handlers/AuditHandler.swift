public import API
internal import Domain
internal import Foundation
public import GRPC
internal import Register
internal import Store

/// What auditors say of entries, and what is known of their calls.
public struct AuditHandler: AuditServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func createRemark(_ request: CreateRemarkRequest, _ call: ServerCall) async throws -> CreateRemarkResponse {
        var checks = FieldChecks()
        let code = checks.id(request.parent, in: "consortia", field: "parent")
        checks.enumeration(request.kind, field: "kind")
        checks.require(request.kind != .answered, "kind", "must be acknowledged or questioned; AnswerRemark answers")
        let length = (request.kind == .questioned ? 1 : 0)...Limits.noteLength
        checks.text(request.note, field: "note", length: length)
        try checks.finish()
        let caller = try await backend.participant(call, in: code!, as: [.auditor])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let head = try await session.head(of: caller.consortium)
            guard (0..<head.nextPosition).contains(request.entryPosition) else {
                throw Failure.invalid(
                    "entry_position", "must be below \(head.nextPosition), the size of the register",
                    reason: .unknownPosition)
            }
            let row = RemarkRow(
                position: head.nextPosition, entryPosition: request.entryPosition, kind: Int16(request.kind.rawValue),
                partyCode: caller.principal.partyCode, note: Self.salted(request.note))
            var response = CreateRemarkResponse()
            response.remark = try await record(row, session, head, caller, stamp)
            return response
        }
    }

    public func answerRemark(_ request: AnswerRemarkRequest, _ call: ServerCall) async throws -> AnswerRemarkResponse {
        var checks = FieldChecks()
        let name = checks.remark(request.name, field: "name")
        checks.text(request.note, field: "note", length: 1...Limits.noteLength)
        try checks.finish()
        let caller = try await backend.participant(call, in: name!.consortium, as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let head = try await session.head(of: caller.consortium)
            let question = try await session.remark(
                at: name!.position, in: caller.consortium, name: request.name)
            guard question.kind == Int16(RemarkKind.questioned.rawValue) else {
                throw Failure(.invalidState, "\(request.name) is no question").about("remark", request.name)
            }
            let row = RemarkRow(
                position: head.nextPosition, entryPosition: question.entryPosition,
                kind: Int16(RemarkKind.answered.rawValue), partyCode: caller.principal.partyCode,
                answeredPosition: question.position, note: Self.salted(request.note))
            var response = AnswerRemarkResponse()
            response.remark = try await record(row, session, head, caller, stamp)
            return response
        }
    }

    public func eraseRemarkNote(
        _ request: EraseRemarkNoteRequest, _ call: ServerCall
    ) async throws -> EraseRemarkNoteResponse {
        var checks = FieldChecks()
        let name = checks.remark(request.name, field: "name")
        try checks.finish()
        let caller = try await backend.participant(call, in: name!.consortium, as: [.coordinationOffice, .auditor])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let head = try await session.head(of: caller.consortium)
            var row = try await session.remark(at: name!.position, in: caller.consortium, name: request.name)
            guard caller.principal.role == .coordinationOffice || row.partyCode == caller.principal.partyCode else {
                throw Failure(.permissionDenied, "an auditor erases notes of its own party alone")
            }
            guard row.note != nil else {
                throw Failure(.invalidState, "\(request.name) has no note").about("remark", request.name)
            }
            try await session.eraseNote(ofRemarkAt: row.position, in: caller.consortium, at: head.nextPosition)
            var change = RemarkNoteErased()
            change.remark = request.name
            try head.append(.remarkNoteErased(change), to: caller.name, by: caller.principal, for: stamp)
            row.note = nil
            row.isErased = true
            var response = EraseRemarkNoteResponse()
            response.remark = Remark(row, consortium: caller.name)
            return response
        }
    }

    public func listRemarks(_ request: ListRemarksRequest, _ call: ServerCall) async throws -> ListRemarksResponse {
        let code = try ResourceName.id(request.parent, in: "consortia", field: "parent")
        let caller = try await backend.participant(call, in: code, as: [.coordinationOffice, .auditor])
        let page = try ListPage(request, call, caller.principal)
        let rows = try await backend.store.reader(caller.principal).remarks(
            in: caller.consortium, after: page.number() ?? -1, limit: page.limit)
        let (shown, next) = page.cut(rows) { [String($0.position)] }
        var response = ListRemarksResponse()
        response.remarks = shown.map { Remark($0, consortium: caller.name) }
        response.nextPageToken = next
        return response
    }

    public func listAccesses(_ request: ListAccessesRequest, _ call: ServerCall) async throws -> ListAccessesResponse {
        let principal = try await backend.authorise(call, as: [.coordinationOffice, .operator])
        var consortium: Int32?
        if !request.parent.isEmpty {
            let code = try ResourceName.id(request.parent, in: "consortia", field: "parent")
            // An operator takes part in no consortium and yet sees who looked into one.
            consortium =
                principal.role == .operator
                ? try await backend.store.reader(principal).consortiumID(code, name: request.parent)
                : try await backend.participant(call, in: code, as: [.coordinationOffice]).consortium
        }
        let page = try ListPage(request, call, principal)
        let rows = try await backend.store.reader(principal).accesses(
            to: consortium, after: page.number() ?? 0, limit: page.limit)
        let (shown, next) = page.cut(rows) { [String($0.id)] }
        var response = ListAccessesResponse()
        response.accesses = shown.map(Access.init)
        response.nextPageToken = next
        return response
    }

    private static func salted(_ note: String) -> SaltedText? { note.isEmpty ? nil : SaltedText(note) }

    /// Stores a remark with its entry. The answer goes without the note: it is kept for repeats, and would outlive it.
    private func record(
        _ row: RemarkRow, _ session: Session, _ head: RegisterHead, _ caller: Participant, _ stamp: RequestStamp
    ) async throws -> Remark {
        try await session.insert(row, in: caller.consortium)
        var remark = Remark(row, consortium: caller.name)
        remark.note = ""
        remark.noteSalt = Data()
        var change = EntryRemarked()
        change.entryPosition = remark.entryPosition
        change.kind = remark.kind
        change.answers = remark.answers
        change.noteSha256 = remark.noteSha256
        try head.append(.entryRemarked(change), to: caller.name, by: caller.principal, for: stamp)
        return remark
    }
}

extension FieldChecks {
    /// consortia/{consortium}/remarks/{position}.
    fileprivate mutating func remark(_ name: String, field: String) -> (consortium: String, position: Int64)? {
        guard let ids = ids(name, in: ["consortia", "remarks"], field: field) else { return nil }
        guard let position = Int64(ids[1]), position >= 0 else {
            invalid(field, "must end in the position of the remark's entry")
            return nil
        }
        return (ids[0], position)
    }
}

extension Remark {
    fileprivate init(_ row: RemarkRow, consortium: String) {
        self.init()
        name = "\(consortium)/remarks/\(row.position)"
        entryPosition = row.entryPosition
        kind = RemarkKind(rawValue: Int(row.kind)) ?? .unspecified
        party = "parties/" + row.partyCode
        if let answered = row.answeredPosition { answers = "\(consortium)/remarks/\(answered)" }
        note = row.note?.text ?? ""
        noteSalt = Data(row.note?.salt ?? [])
        noteSha256 = Data(row.noteDigest)
        noteErased = row.isErased
    }
}

extension Access {
    fileprivate init(_ row: AccessRow) {
        self.init()
        accessID = row.id
        accessedMicros = row.accessedMicros
        party = "parties/" + row.partyCode
        credentialSha256 = Data(row.credentialDigest)
        method = String(row.method.drop { $0 == "/" })
        consortium = row.resource
    }
}
