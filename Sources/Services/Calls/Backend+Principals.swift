internal import Store

extension Backend {
    /// Looks every caller up again whenever any server has changed who may see what, or may have while this one did not
    /// hear it.
    public func listenForChangedPrincipals() async throws {
        let principals = principals
        try await store.onChangedPrincipals { principals.forget() }
    }
}
