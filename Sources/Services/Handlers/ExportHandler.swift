public import API
internal import Domain
internal import Foundation
public import GRPC
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
        var checks = FieldChecks()
        let code = checks.id(request.consortium, in: "consortia", field: "consortium")
        checks.require(request.registerSize >= 0, "register_size", "must not be negative")
        checks.require(request.offset >= 0, "offset", "must not be negative")
        try checks.finish()
        let caller = try await backend.participant(call, in: code!, as: [.coordinationOffice, .auditor])
        let current = try await backend.store.reader(caller.principal).registerSize(caller.consortium)
        guard request.registerSize <= current else {
            throw Failure.invalid(
                "register_size", "must not exceed \(current), the size of the register", reason: .unknownPosition)
        }
        let export = BundleExport(
            backend: backend, caller: caller, size: request.registerSize == 0 ? current : request.registerSize)
        try await export.write(
            to: PieceStream(from: request.offset) { offset, piece in
                var response = ExportAuditBundleResponse()
                response.offset = offset
                response.data = Data(piece)
                try await responses.write(response)
            })
    }

    public func exportTable(
        _ request: ExportTableRequest, _ responses: ResponseWriter<ExportTableResponse>, _ call: ServerCall
    ) async throws {
        let code = try ResourceName.id(request.filter.consortium, in: "consortia", field: "filter.consortium")
        let caller = try await backend.participant(call, in: code)
        let question = try await TableQuestion(request, caller, backend.store.reader(caller.principal))
        let stream = PieceStream(from: request.offset) { offset, piece in
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
