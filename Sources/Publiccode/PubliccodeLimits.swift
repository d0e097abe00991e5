/// Every limit on a document in one place; each is tested at the limit and one past it.
public enum PubliccodeLimits {
    /// Most bytes of a document.
    public static let bytes = 200_000
    /// Most values of a document, aliases counted as what they stand for.
    public static let nodes = 20_000
    /// Deepest nesting of lists and mappings; the standard itself needs five.
    public static let depth = 20
    /// Most bytes of a key.
    public static let keyBytes = 200
    /// Most aliases of a document that has anchors: so few cannot multiply to much.
    public static let aliases = 10
    /// Most findings that are told.
    public static let findings = 500
}
