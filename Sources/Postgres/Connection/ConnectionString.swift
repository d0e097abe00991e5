internal import CLibPQ

/// What a connection string may say (libpq, section 34.1.1).
enum ConnectionString {
    /// Refuses a string that the library cannot read, and one that holds a password: it would stand in the list of
    /// processes and in configuration that is shown around. `PGPASSWORD`, `PGPASSFILE` and service files are for that
    /// (docs/decisions/0017-connections.md).
    static func check(_ text: String) throws(DatabaseError) {
        guard !text.isEmpty, text.contains("=") || text.contains("://") else { return }
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &message) else {
            defer { PQfreemem(message) }
            throw .misuse("the connection string cannot be read: " + (message.map { String(cString: $0) } ?? ""))
        }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            let name = String(cString: keyword)
            if name == "password" || name == "sslpassword", option.pointee.val != nil {
                throw .misuse("a password does not belong into a connection string: use PGPASSWORD or a passfile")
            }
            option += 1
        }
    }
}
