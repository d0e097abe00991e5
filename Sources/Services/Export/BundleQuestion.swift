internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// What an audit bundle is asked for, checked, and with everything that decides its bytes.
struct BundleQuestion: Sendable {
    /// Which rows an excerpt shows.
    struct Excerpt: Sendable {
        /// Last part of the application's resource name; nil for all.
        var application: String?
        /// Last part of the metric's resource name; nil for all.
        var metric: String?
        /// Code of the party; nil for all.
        var party: String?
        var days: Domain.DateRange?
    }

    let caller: Participant
    /// Size of the register.
    let size: Int64
    /// Set for an excerpt.
    let excerpt: Excerpt?
    /// Digest of what was asked for.
    let digest: Digest32

    /// Reads the request of a caller in the consortium that it names.
    init(_ request: ExportAuditBundleRequest, _ caller: Participant, _ reader: ScopedReader) async throws {
        self.caller = caller
        var checks = FieldChecks()
        checks.require(request.registerSize >= 0, "register_size", "must not be negative")
        checks.require(request.offset >= 0, "offset", "must not be negative")
        excerpt = request.hasExcerpt ? Self.excerpt(request.excerpt, caller.code, &checks) : nil
        try checks.finish()
        try Self.authorise(excerpt, isExcerpt: request.hasExcerpt, caller.principal)
        let current = try await reader.registerSize(caller.consortium)
        guard request.registerSize <= current else {
            throw Failure.invalid(
                "register_size", "must not exceed \(current), the size of the register", reason: .unknownPosition)
        }
        size = request.registerSize == 0 ? current : request.registerSize
        var canonical = request
        canonical.registerSize = size
        canonical.offset = 0
        digest = try RequestStamp.sha256(Array("ExportAuditBundle\0".utf8) + canonical.serializedBytes())
    }

    private static func excerpt(
        _ filter: ExcerptFilter, _ consortium: String, _ checks: inout FieldChecks
    ) -> Excerpt {
        var excerpt = Excerpt()
        if !filter.application.isEmpty {
            let field = "excerpt.application"
            let ids = checks.ids(filter.application, in: ["consortia", "applications"], field: field)
            checks.require(ids.map { $0[0] == consortium } ?? true, field, "must be of the consortium")
            excerpt.application = ids?[1]
        }
        if !filter.metric.isEmpty {
            let field = "excerpt.metric"
            let ids = checks.ids(filter.metric, in: ["consortia", "applications", "metrics"], field: field)
            checks.require(ids.map { $0[0] == consortium } ?? true, field, "must be of the consortium")
            let application = excerpt.application ?? ids?[1]
            checks.require(ids.map { $0[1] == application } ?? true, field, "must be of the application")
            (excerpt.application, excerpt.metric) = (application, ids?[2])
        }
        if !filter.party.isEmpty { excerpt.party = checks.id(filter.party, in: "parties", field: "excerpt.party") }
        if filter.hasPeriod {
            excerpt.days = checks.range(filter.period, isSet: true, needsEnd: true, field: "excerpt.period")
        }
        return excerpt
    }

    private static func authorise(_ excerpt: Excerpt?, isExcerpt: Bool, _ principal: Principal) throws {
        guard principal.role == .municipality else { return }
        guard isExcerpt else {
            throw Failure(
                .permissionDenied,
                "a bundle speaks of every member; the coordination office and auditors export it, a municipality an "
                    + "excerpt of its own usage")
        }
        guard excerpt?.party == principal.partyCode else {
            throw Failure(.permissionDenied, "a municipality exports its own rows: name it in excerpt.party")
        }
    }
}
