internal import Domain

/// Reads resource names such as consortia/itzgrund/applications/meldewesen (AIP-122).
enum ResourceName {
    /// The ids in a name of the given collections, in order.
    ///
    ///     try ResourceName.ids("consortia/a/applications/b", in: ["consortia", "applications"], field: "parent")
    ///     // ["a", "b"]
    static func ids(_ name: String, in collections: [String], field: String) throws -> [String] {
        if name.isEmpty { throw Failure.missing(field) }
        var text = name
        guard let ids = text.withUTF8({ ids($0, in: collections) }) else {
            let form = collections.map { "\($0)/{id}" }.joined(separator: "/")
            throw Failure.invalid(field, "must have the form \(form)")
        }
        return ids
    }

    /// Every call names something, so this looks at bytes: no substrings, no characters.
    private static func ids(_ name: UnsafeBufferPointer<UInt8>, in collections: [String]) -> [String]? {
        var ids: [String] = []
        ids.reserveCapacity(collections.count)
        var rest = name[...]
        for (index, collection) in collections.enumerated() {
            guard rest.starts(with: collection.utf8) else { return nil }
            rest = rest.dropFirst(collection.utf8.count)
            guard rest.first == UInt8(ascii: "/") else { return nil }
            rest = rest.dropFirst()
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard end > rest.startIndex, (end == rest.endIndex) == (index == collections.count - 1) else { return nil }
            // No id has such a byte, and the database cannot even be asked for one.
            guard !rest[..<end].contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
            ids.append(String(decoding: rest[..<end], as: UTF8.self))
            rest = rest[end...].dropFirst()
        }
        return ids
    }

    /// The only id in a name of one collection.
    static func id(_ name: String, in collection: String, field: String) throws -> String {
        try ids(name, in: [collection], field: field)[0]
    }
}
