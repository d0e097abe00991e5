import GRPC
import SwiftProtobuf
import Testing

/// Something that can be tried with a resource.
struct Attempt: Sendable {
    let name: String
    /// Where it leads, by the states in which it is possible; states as refusals name them.
    let leads: [String: String]
    /// Makes it as the step of so many, on a resource.
    let make: @Sendable (_ resource: String, _ step: Int) async throws -> Void

    init(
        _ name: String, _ leads: [String: String],
        _ make: @escaping @Sendable (_ resource: String, _ step: Int) async throws -> Void
    ) {
        (self.name, self.leads, self.make) = (name, leads, make)
    }
}

/// Every history of so many attempts through the server, each on a resource of its own: what is possible in a state is
/// done and leads where it should; what is not is refused as FAILED_PRECONDITION, names the state, and changes nothing.
struct ShortHistories {
    /// The state before there is a resource: then refusals may also say that there is none.
    static let none = "none"

    let attempts: [Attempt]
    let length: Int
    let start: String
    /// Makes the resource of a history; its name.
    let begin: @Sendable (_ history: Int) async throws -> String
    /// The state that the server shows.
    let state: @Sendable (_ resource: String) async throws -> String

    func run() async throws {
        let count = (0..<length).reduce(1) { count, _ in count * attempts.count }
        for history in 0..<count {
            let resource = try await begin(history)
            var state = start
            var rest = history
            var path: [String] = []
            for step in 0..<length {
                let attempt = attempts[rest % attempts.count]
                rest /= attempts.count
                path.append(attempt.name)
                let refused = await refusal { try await attempt.make(resource, step) }
                if let next = attempt.leads[state] {
                    #expect(refused == nil, "\(path) in \(state): \(String(describing: refused))")
                    state = next
                } else {
                    check(refused, in: state, "\(path)")
                }
            }
            let shown = try await self.state(resource)
            #expect(shown == state, "\(path)")
        }
    }

    private func check(_ refused: Refusal?, in state: String, _ path: String) {
        guard state != Self.none else {
            #expect(refused?.code == .failedPrecondition || refused?.code == .notFound, "\(path)")
            return
        }
        #expect(refused?.code == .failedPrecondition, "\(path) in \(state): \(String(describing: refused))")
        #expect(refused?.metadata["state"] == state, "\(path): \(String(describing: refused))")
        #expect(refused?.message.contains(state) == true, "\(path): \(refused?.message ?? "")")
    }
}

extension SwiftProtobuf.Enum {
    /// The value as refusals name states: `noticeGiven` is NOTICE_GIVEN.
    var nameInRefusals: String {
        String(describing: self).reduce(into: "") { name, letter in
            if letter.isUppercase { name.append("_") }
            name += letter.uppercased()
        }
    }
}
