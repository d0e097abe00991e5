internal import Store

extension Backend {
    /// Looks every caller up again whenever any server has changed who may see what, or may have while this one did not
    /// hear it.
    public func listenForChangedPrincipals() {
        let principals = principals
        store.onChangedPrincipals { principals.forget() }
    }
}
