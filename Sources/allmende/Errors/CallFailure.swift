internal import API
internal import GRPC
internal import SwiftProtobuf

/// A call that the server refused or that did not reach it, told to people: what, where, why, and what to do.
struct CallFailure: Error, CustomStringConvertible {
    private let status: Status
    private let server: ServerAddress
    private let details: StatusDetails

    init(_ status: Status, server: ServerAddress) {
        self.status = status
        self.server = server
        details = StatusDetails(status)
    }

    var description: String {
        var lines = [status.message.isEmpty ? "The server refused the call." : status.message]
        for violation in details.fields where violation.description_p != status.message {
            lines.append("  \(violation.field): \(violation.description_p)")
        }
        for (key, value) in details.facts { lines.append("  \(key) = \(value)") }
        lines.append("Reason: \(details.reason ?? CallFailure.name(status.code))")
        if let hint { lines.append("Next: \(hint)") }
        return lines.joined(separator: "\n")
    }

    /// What to do where the server's own words cannot know it.
    private var hint: String? {
        switch status.code {
        case .unavailable:
            "see that a server runs at \(server) and repeat; whatever was carried out is not carried out twice with --once"
        case .unauthenticated: "ask the operator to register this certificate: allmende credential add"
        case .permissionDenied: "use the certificate of a party and role that may do this"
        case .deadlineExceeded, .aborted: "repeat the command"
        case .unimplemented:
            "the server at \(server) is older than this program or is something else; update one of them"
        case .internal, .unknown, .dataLoss: "tell the operator the reason and the time"
        case .resourceExhausted: details.reason == nil ? "send less at once" : nil
        default: nil
        }
    }

    /// The status code as gRPC's documents write it.
    private static func name(_ code: StatusCode) -> String {
        var name = ""
        for letter in String(describing: code) {
            if letter.isUppercase { name.append("_") }
            name += letter.uppercased()
        }
        return name
    }
}
