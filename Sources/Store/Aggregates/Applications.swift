internal import Domain
internal import Postgres

/// A row of `application`.
public struct ApplicationRow: Sendable, Equatable {
    public var id: Int32
    public var code: String
    public var displayName: String

    init(_ row: inout Row) throws {
        id = try row.next(Int32.self)
        code = try row.next(String.self)
        displayName = try row.next(String.self)
    }
}

/// A row of `release`.
public struct ReleaseRow: Sendable, Equatable {
    public var version: String
    public var license: String
    /// SHA-256 of the artefact, 32 bytes.
    public var artifactDigest: [UInt8]

    public init(version: String, license: String, artifactDigest: [UInt8]) {
        self.version = version
        self.license = license
        self.artifactDigest = artifactDigest
    }

    init(_ row: inout Row) throws {
        version = try row.next(String.self)
        license = try row.next(String.self)
        artifactDigest = try row.next([UInt8].self)
    }
}

extension Reader {
    /// One application.
    public func application(_ code: String, in consortium: Int32, name: String) async throws -> ApplicationRow {
        let rows = try await query(
            """
            SELECT application_id, application_code, display_name FROM application
            WHERE consortium_id = \(consortium) AND application_code = \(code)
            """)
        return try rows.one("application", name) { row in try ApplicationRow(&row) }
    }

    /// The applications of a consortium.
    public func applications(in consortium: Int32) async throws -> [ApplicationRow] {
        let rows = try await query(
            """
            SELECT application_id, application_code, display_name FROM application
            WHERE consortium_id = \(consortium) ORDER BY application_code
            """)
        return try rows.map { row in try ApplicationRow(&row) }
    }

    /// The releases of an application, newest first.
    public func releases(of application: Int32, in consortium: Int32) async throws -> [ReleaseRow] {
        let rows = try await query(
            """
            SELECT version, license, artifact_sha256 FROM release
            WHERE consortium_id = \(consortium) AND application_id = \(application) ORDER BY recorded_from DESC
            """)
        return try rows.map { row in try ReleaseRow(&row) }
    }
}

extension Session {
    /// Adds an application.
    public func insertApplication(
        _ code: String, displayName: String, in consortium: Int32, recordedFrom: Int64
    ) async throws {
        _ = try await query(
            """
            INSERT INTO application (consortium_id, application_code, display_name, recorded_from)
            VALUES (\(consortium), \(code), \(displayName), \(recordedFrom))
            """)
    }

    /// Adds a release.
    public func insert(
        _ release: ReleaseRow, of application: Int32, in consortium: Int32, recordedFrom: Int64
    ) async throws {
        _ = try await query(
            """
            INSERT INTO release (consortium_id, application_id, version, license, artifact_sha256, recorded_from)
            VALUES (\(consortium), \(application), \(release.version), \(release.license), \(release.artifactDigest),
                \(recordedFrom))
            """)
    }
}
