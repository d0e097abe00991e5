internal import ArgumentParser

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// For people.
    case table
    /// The server's answer in the JSON form of Protocol Buffers.
    case json
    /// Comma-separated values (RFC 4180), of answers that are a table.
    case csv
}
