internal import Domain

/// Reads resource names such as consortia/itzgrund/applications/meldewesen (AIP-122).
enum ResourceName {
    /// The ids in a name of the given collections, in order.
    ///
    ///     try ResourceName.ids("consortia/a/applications/b", in: ["consortia", "applications"], field: "parent")  // ["a", "b"]
    static func ids(_ name: String, in collections: [String], field: String) throws -> [String] {
        if name.isEmpty { throw Failure.missing(field) }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let matches =
            parts.count == 2 * collections.count
            && collections.indices.allSatisfy { parts[2 * $0] == collections[$0] && !parts[2 * $0 + 1].isEmpty }
        guard matches else {
            let form = collections.map { "\($0)/{id}" }.joined(separator: "/")
            throw Failure.invalid(field, "must have the form \(form)")
        }
        return collections.indices.map { String(parts[2 * $0 + 1]) }
    }

    /// The only id in a name of one collection.
    static func id(_ name: String, in collection: String, field: String) throws -> String {
        try ids(name, in: [collection], field: field)[0]
    }
}
