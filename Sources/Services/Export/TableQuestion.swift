internal import API
internal import Audit
internal import Domain
internal import Store
internal import SwiftProtobuf
internal import TLS

/// What an export is asked for, checked, and with everything that decides its bytes.
struct TableQuestion: Sendable {
    let caller: Participant
    let content: ExportContent
    let table: ExportTable
    let format: TableFormat
    let isCompressed: Bool
    /// Size of the register.
    let size: Int64
    /// Surrogate and code of the application; nil for all.
    var application: (id: Int32, code: String)?
    /// Code of the party; nil for all.
    let party: String?
    let period: Domain.DateRange?
    /// Digest of what was asked for.
    let digest: Digest32

    /// Reads the request in the name of the caller.
    init(_ request: ExportTableRequest, _ caller: Participant, _ reader: ScopedReader) async throws {
        let filter = request.filter
        self.caller = caller
        content = filter.content
        table = try ExportTable(filter.content)
        var checks = FieldChecks()
        checks.enumeration(request.format, field: "format")
        checks.require(request.offset >= 0, "offset", "must not be negative")
        var party: String?
        if !filter.party.isEmpty { party = checks.id(filter.party, in: "parties", field: "filter.party") }
        self.party = party
        period =
            filter.hasPeriod ? checks.range(filter.period, isSet: true, needsEnd: true, field: "filter.period") : nil
        TableQuestion.check(filter, &checks)
        try checks.finish()
        format = try TableFormat(request.format)
        isCompressed = request.gzip
        try TableQuestion.authorise(filter.content, party: party, caller.principal)
        size = try await reader.resolve(request.asOf, caller.register).size
        if !filter.application.isEmpty {
            let ids = try ResourceName.ids(
                filter.application, in: ["consortia", "applications"], field: "filter.application")
            try caller.require(ids[0], field: "filter.application")
            application = (
                try await reader.application(ids[1], in: caller.consortium, name: filter.application).id, ids[1]
            )
        }
        var canonical = request
        canonical.clearAsOf()
        canonical.asOf.registerSize = size
        canonical.offset = 0
        digest = try RequestStamp.sha256(try canonical.serializedBytes())
    }

    /// Whether the caller sees every row of every batch.
    var seesWholeBatches: Bool { caller.principal.role.seesAllParties }

    /// The conditions that were set, for the manifest.
    var conditions: [(name: String, value: String)] {
        var conditions: [(name: String, value: String)] = []
        if let application { conditions.append(("application", application.code)) }
        if let party { conditions.append(("party", party)) }
        if let period, let end = period.end {
            conditions.append(("period_start", period.start.description))
            conditions.append(("period_end", end.description))
        }
        return conditions
    }

    /// Name of the file that the manifest speaks of, without what compression adds.
    var fileName: String {
        let content = table.name.prefix { $0 != "/" }
        return "\(caller.code)-\(content)-\(size).\(format.fileExtension)"
    }

    /// A condition that the table does not have would be ignored: it is refused instead.
    private static func check(_ filter: ExportFilter, _ checks: inout FieldChecks) {
        let columns = Set((try? ExportTable(filter.content))?.columns.map(\.name) ?? [])
        let days: Set<ExportContent> = [.usage, .costs, .settlements]
        if filter.hasPeriod { checks.require(days.contains(filter.content), "filter.period", "does not apply here") }
        let application = filter.application.isEmpty || columns.contains("application")
        checks.require(application, "filter.application", "does not apply here")
        let party = filter.party.isEmpty || (columns.contains("party") && filter.content != .entries)
        checks.require(party, "filter.party", "does not apply here")
    }

    private static func authorise(_ content: ExportContent, party: String?, _ principal: Principal) throws {
        guard principal.role == .municipality else { return }
        if content == .entries {
            throw Failure(
                .permissionDenied, "entries speak of every member; the coordination office and auditors export them")
        }
        if [.usage, .settlements].contains(content), party != principal.partyCode {
            throw Failure(.permissionDenied, "a municipality exports its own rows: name it in filter.party")
        }
    }
}

extension ExportTable {
    init(_ content: ExportContent) throws {
        switch content {
        case .usage: self = .usage
        case .agreements: self = .agreements
        case .ownership: self = .ownership
        case .votes: self = .votes
        case .costs: self = .costs
        case .settlements: self = .settlements
        case .entries: self = .entries
        case .unspecified: throw Failure.missing("filter.content")
        case .UNRECOGNIZED(let number): throw Failure.invalid("filter.content", "has the unknown value \(number)")
        }
    }
}

extension TableFormat {
    init(_ format: ExportFormat) throws {
        switch format {
        case .csv: self = .csv
        case .csvGerman: self = .germanCSV
        case .ndjson: self = .ndjson
        case .protobuf: self = .protobuf
        case .unspecified, .UNRECOGNIZED: throw Failure.missing("format")
        }
    }
}
