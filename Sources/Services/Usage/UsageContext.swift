internal import Domain
internal import Store

/// What the batches of one stream have in common for one application and one reporting system; looked up once.
final class UsageContext: Sendable {
    /// What a record may name: the metrics by code.
    struct Metric: Sendable {
        let id: Int32
        let code: [UInt8]
        let scale: Int
    }

    /// Resource name of the application.
    let parent: String
    /// Last part of the application's resource name.
    let applicationCode: [UInt8]
    let sourceCode: [UInt8]
    let caller: Participant
    let application: Int32
    let source: Int32
    let metrics: [Metric]

    /// - Throws: `Failure(.unknownApplication)` when the application does not exist or is out of the caller's scope.
    init(parent: String, source sourceText: String, backend: Backend, principal: Principal) async throws {
        var checks = FieldChecks()
        let ids = checks.ids(parent, in: ["consortia", "applications"], field: "parent")
        let sourceID = checks.resourceID(sourceText, field: "source_id")
        try checks.finish()
        let (code, applicationCode) = (ids![0], ids![1])
        guard let consortium = principal.consortia[code] else {
            throw Failure.unknown("consortium", "consortia/" + code)
        }
        let reader = backend.store.reader(principal)
        let applications = try await reader.applications(in: consortium)
        guard let row = applications.first(where: { $0.code == applicationCode }) else {
            throw Failure.invalid(
                "parent", "names application \(applicationCode), which the consortium does not have",
                reason: .unknownApplication)
        }
        self.parent = parent
        self.applicationCode = Array(applicationCode.utf8)
        sourceCode = Array(sourceID!.utf8)
        caller = Participant(principal: principal, consortium: consortium, code: code)
        application = row.id
        source = try await backend.store.prepareUsage(source: sourceID!, in: consortium, as: principal)
        metrics = try await reader.metrics(of: row.id, in: consortium).map {
            Metric(id: $0.id, code: Array($0.code.utf8), scale: Int($0.scale))
        }
    }

    /// The metric of a code; few per application, so that a scan beats hashing.
    func metric(_ code: UnsafeBufferPointer<UInt8>) -> Metric? {
        metrics.first { $0.code.count == code.count && $0.code.elementsEqual(code) }
    }
}
