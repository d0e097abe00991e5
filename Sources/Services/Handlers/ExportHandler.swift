public import API
internal import Domain
internal import Foundation
public import GRPC
internal import Register
internal import Store

/// Exports that can be proven.
public struct ExportHandler: ExportServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func exportAuditBundle(
        _ request: ExportAuditBundleRequest, _ responses: ResponseWriter<ExportAuditBundleResponse>, _ call: ServerCall
    ) async throws {
        let code = try ResourceName.id(request.consortium, in: "consortia", field: "consortium")
        let caller = try await backend.participant(call, in: code)
        let question = try await BundleQuestion(request, caller, backend.store.reader(caller.principal))
        let stream = PieceStream(from: request.offset, of: call) { offset, piece in
            var response = ExportAuditBundleResponse()
            response.offset = offset
            response.data = Data(piece)
            try await responses.write(response)
        }
        let manifest =
            if let excerpt = question.excerpt {
                try await ExcerptExport(backend: backend, question: question, excerpt: excerpt).write(to: stream)
            } else {
                try await BundleExport(backend: backend, question: question).write(to: stream)
            }
        guard let digest = manifest.flatMap({ Digest32($0.bytes) }) else { return }
        try await backend.store.keep(
            manifest: digest, of: question.digest, in: caller.consortium, as: caller.principal)
    }

    public func exportTable(
        _ request: ExportTableRequest, _ responses: ResponseWriter<ExportTableResponse>, _ call: ServerCall
    ) async throws {
        let code = try ResourceName.id(request.filter.consortium, in: "consortia", field: "filter.consortium")
        let caller = try await backend.participant(call, in: code)
        let question = try await TableQuestion(request, caller, backend.store.reader(caller.principal))
        if question.content == .usage {
            try await NoLongerKept.check(
                question.digest, of: caller, applications: question.application.map { [$0.id] },
                days: question.period, until: question.size, backend.store)
        }
        let stream = PieceStream(from: request.offset, of: call) { offset, piece in
            var response = ExportTableResponse()
            response.offset = offset
            response.data = Data(piece)
            try await responses.write(response)
        }
        let manifest = try await TableExport(backend: backend, question: question).write(to: stream)
        try await backend.store.keep(
            manifest: try RequestStamp.sha256(Array(manifest.utf8)), of: question.digest, in: caller.consortium,
            as: caller.principal)
        var last = ExportTableResponse()
        last.manifest = manifest
        try await responses.write(last)
    }
}
