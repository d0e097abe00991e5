/// The resource an error is about (`google.rpc.ResourceInfo`).
public struct ResourceReference: Sendable, Hashable {
    /// Kind of the resource as the API calls it, such as `Consortium`.
    public let type: String
    /// Its resource name, such as `consortia/itzgrund`.
    public let name: String

    public init(type: String, name: String) {
        self.type = type
        self.name = name
    }
}
