/// Where a server listens, as people write it: `allmende.example:8443` or `[::1]:8443`.
struct ServerAddress: Equatable, Sendable, CustomStringConvertible {
    let host: String
    let port: Int

    /// Nil unless there is a host, a colon and a port of 1 to 65535; an IPv6 address stands in brackets.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = port
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
