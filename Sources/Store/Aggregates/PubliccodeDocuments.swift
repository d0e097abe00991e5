internal import Domain
internal import Postgres

extension VersionedTable {
    static let publiccodeDocument = VersionedTable(
        "publiccode_document", columns: "consortium_id, application_id, document")
}

extension Reader {
    /// The publiccode.yml of an application as it was handed in; nil when none was.
    public func publiccodeDocument(of application: Int32, in consortium: Int32) async throws -> String? {
        let rows = try await query(
            """
            SELECT v.document FROM publiccode_document v
            WHERE v.consortium_id = \(consortium) AND v.application_id = \(application) AND \(Versions.current)
            """)
        return try rows.map { row in try row.next(String.self) }.first
    }
}

extension Session {
    /// Keeps a publiccode.yml in place of the one before.
    public func record(
        publiccode document: String, of application: Int32, in consortium: Int32, at position: Int64
    ) async throws {
        _ = try await run(
            VersionedTable.publiccodeDocument.replace(
                where: "v.consortium_id = \(consortium) AND v.application_id = \(application)",
                with: "\(consortium), \(application), \(document)", at: position))
    }
}
