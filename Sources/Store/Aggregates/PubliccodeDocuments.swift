internal import Domain
internal import Postgres

/// A row of `publiccode_document`.
public struct PubliccodeRow: Sendable, Equatable {
    /// The file as it was handed in.
    public var document: String
    /// The API's PubliccodeSummary of it, canonically serialised.
    public var summary: [UInt8]

    public init(document: String, summary: [UInt8]) {
        self.document = document
        self.summary = summary
    }
}

extension VersionedTable {
    static let publiccodeDocument = VersionedTable(
        "publiccode_document", columns: "consortium_id, application_id, document, summary")
}

extension Reader {
    /// The publiccode.yml of an application, as known when the register had `size` entries; nil when there is none.
    public func publiccode(
        of application: Int32, in consortium: Int32, knownAt size: Int64
    ) async throws -> PubliccodeRow? {
        let rows = try await query(
            """
            SELECT v.document, v.summary FROM publiccode_document v
            WHERE v.consortium_id = \(consortium) AND v.application_id = \(application)
                AND \(Versions.known(at: size))
            """)
        return try rows.map { row in
            PubliccodeRow(document: try row.next(String.self), summary: try row.next([UInt8].self))
        }.first
    }
}

extension Session {
    /// Keeps a publiccode.yml in place of the one before.
    public func record(
        _ publiccode: PubliccodeRow, of application: Int32, in consortium: Int32, at position: Int64
    ) async throws {
        _ = try await run(
            VersionedTable.publiccodeDocument.replace(
                where: "v.consortium_id = \(consortium) AND v.application_id = \(application)",
                with: "\(consortium), \(application), \(publiccode.document), \(publiccode.summary)", at: position))
    }
}
