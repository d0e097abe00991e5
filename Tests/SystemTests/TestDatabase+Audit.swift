import EventLoop
import Logging
import Services
import Store
import TestSupport

extension TestDatabase {
    /// What `allmende admin audit` finds.
    func audit() async throws -> DatabaseAudit.Report {
        try await withOwner { try await DatabaseAudit().run($0) }
    }

    /// Runs `body` with the rights of the database's owner.
    func withOwner<T: Sendable>(_ body: (Owner) async throws -> T) async throws -> T {
        let group = EventLoopGroup(count: 1)
        let owner = Owner(
            connection: connection, group: group, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let result: Result<T, any Error>
        do {
            result = .success(try await body(owner))
        } catch {
            result = .failure(error)
        }
        await Task.detached { group.shutdown() }.value
        return try result.get()
    }
}
