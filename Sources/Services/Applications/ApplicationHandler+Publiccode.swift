public import API
internal import Domain
internal import Foundation
public import GRPC
internal import Publiccode
internal import Store
internal import SwiftProtobuf
internal import TLS

/// The publiccode.yml of an application: checked, kept, and given out with what the system knows better.
extension ApplicationHandler {
    public func validatePubliccode(
        _ request: ValidatePubliccodeRequest, _ call: ServerCall
    ) async throws -> ValidatePubliccodeResponse {
        var response = ValidatePubliccodeResponse()
        if request.application.isEmpty {
            _ = try await backend.authorise(call)
            let reading = await PubliccodeReading.of(request.document)
            response.findings = reading.findings.map(PubliccodeFinding.init)
            response.isValid = reading.document != nil
            return response
        }
        let ids = try ResourceName.ids(request.application, in: ["consortia", "applications"], field: "application")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let application = try await reader.application(ids[1], in: caller.consortium, name: request.application)
        let reading = await PubliccodeReading.of(request.document)
        var findings = reading.findings
        if let document = reading.document {
            let facts = try await SystemFacts(
                of: .init(id: application.id, name: request.application), beside: document, caller,
                on: Clock.today(), knownAt: .max, reader)
            findings += document.claims(against: facts)
        }
        response.findings = findings.sorted { $0.position < $1.position }.map(PubliccodeFinding.init)
        response.isValid = reading.document != nil
        return response
    }

    public func importPubliccode(
        _ request: ImportPubliccodeRequest, _ call: ServerCall
    ) async throws -> ImportPubliccodeResponse {
        let ids = try ResourceName.ids(request.parent, in: ["consortia", "applications"], field: "parent")
        let caller = try await backend.participant(call, in: ids[0], as: [.coordinationOffice])
        let reading = await PubliccodeReading.of(request.document)
        let document = try reading.valid()
        return try await backend.change(
            call, request, id: request.requestID, as: caller.principal, validateOnly: request.validateOnly
        ) { session, stamp in
            let context = ChangeContext(session: session, caller: caller, stamp: stamp)
            let application = try await context.application(ids[1], name: request.parent)
            // Nothing that is compared with it may change before it is kept.
            let position = request.validateOnly ? 0 : try await context.nextPosition()
            let facts = try await SystemFacts(
                of: application, beside: document, caller, on: context.today, knownAt: .max, session)
            var response = ImportPubliccodeResponse()
            response.findings = (reading.findings + document.claims(against: facts))
                .sorted { $0.position < $1.position }.map(PubliccodeFinding.init)
            response.listing = Listing(publiccode: document)
            response.listing.application = application.name
            response.publiccode = PubliccodeSummary(document, of: request.document, position: position)
            if request.validateOnly { return response }
            let row = PubliccodeRow(
                document: String(decoding: request.document, as: UTF8.self),
                summary: try response.publiccode.serializedBytes())
            try await session.record(row, of: application.id, in: caller.consortium, at: position)
            var entry = PubliccodeImported()
            entry.application = application.name
            entry.sha256 = response.publiccode.sha256
            response.registerPosition = try await context.append(.publiccodeImported(entry))
            return response
        }
    }

    public func exportPubliccode(
        _ request: ExportPubliccodeRequest, _ call: ServerCall
    ) async throws -> ExportPubliccodeResponse {
        let ids = try ResourceName.ids(request.parent, in: ["consortia", "applications"], field: "parent")
        let caller = try await backend.participant(call, in: ids[0])
        let reader = backend.store.reader(caller.principal)
        let state = try await reader.resolve(request.asOf, caller.register)
        let application = try await reader.application(ids[1], in: caller.consortium, name: request.parent)
        let row = try await reader.publiccode(of: application.id, in: caller.consortium, knownAt: state.size)
        guard let row else { throw Failure.unknown("publiccode.yml", request.parent) }
        var response = ExportPubliccodeResponse()
        response.asOf = state.message
        response.document = row.document
        if request.original { return response }
        guard let document = await PubliccodeReading.of(Data(row.document.utf8)).document else {
            throw Failure(
                .invalidState, "the publiccode.yml that was imported breaks rules that came later; import a newer one"
            ).about("application", request.parent)
        }
        let facts = try await SystemFacts(
            of: .init(id: application.id, name: request.parent), beside: document, caller, on: state.day,
            knownAt: state.size, reader)
        response.findings = document.claims(against: facts).map(PubliccodeFinding.init)
        response.document = document.corrected(by: facts).text
        return response
    }
}
