internal import GRPC
internal import Store

/// Marks a call that stands in the access log.
private struct LoggedAccess: Sendable {}

extension Backend {
    /// Writes a call of an auditor down before anything of it is answered, once; refused calls too. Other roles pass.
    ///
    /// - Parameter code: last part of the name of the consortium that the call names; empty for none.
    func logAccess(_ call: ServerCall, by principal: Principal, to code: String) async throws {
        guard principal.role == .auditor, !(call.attachment is LoggedAccess) else { return }
        try await store.logAccess(
            by: principal, method: call.method.path, consortium: principal.consortia[code],
            resource: code.isEmpty ? "" : "consortia/" + code)
        call.attachment = LoggedAccess()
    }
}
