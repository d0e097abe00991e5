internal import API
internal import Domain
internal import GRPC
internal import Store
internal import SwiftProtobuf

/// A change in the platform's register: the transaction and the place its entry will have.
struct PlatformChange {
    let session: Session
    let head: RegisterHead
    let principal: Principal
    let stamp: RequestStamp

    /// Where the entry will stand.
    var position: Int64 { head.nextPosition }

    /// Appends the entry; there is exactly one for each change.
    func append(_ change: RegisterEntry.OneOf_Change) throws -> Int64 {
        try head.append(change, to: "platform", by: principal, for: stamp)
    }
}

extension Backend {
    /// Runs a change of the platform once, as `change` does. The register is locked first, so that two calls that meet
    /// do not both go by what was before.
    func platformChange<Request: Message, Response: Message & Sendable>(
        _ call: ServerCall, _ request: Request, id requestID: String, as principal: Principal,
        _ body: (PlatformChange) async throws -> Response
    ) async throws -> Response {
        try await change(call, request, id: requestID, as: principal) { session, stamp in
            let head = try await session.head(of: Store.platformRegister)
            return try await body(PlatformChange(session: session, head: head, principal: principal, stamp: stamp))
        }
    }

    /// A caller who looks for solutions, with the parties that let it do so for them.
    func seeker(_ call: ServerCall) async throws -> Principal {
        try await authorise(call, as: [.municipality, .coordinationOffice, .operator])
            .under(.seekSolutions, on: Clock.today())
    }
}

extension Principal {
    /// The party that a seeker acts for: the one named, or its own.
    func party(_ name: String, field: String) throws -> (code: String, id: Int32) {
        guard !name.isEmpty else { return (partyCode, partyID) }
        let code = try ResourceName.id(name, in: "parties", field: field)
        guard let id = parties[code] else {
            throw Failure(
                .permissionDenied,
                "to act for \(name) you need its mandate to seek solutions; ask it to grant one")
        }
        return (code, id)
    }
}

extension StateMachine {
    /// The state with its number in the API's enum, which lists the states in the same order after UNSPECIFIED.
    init(stored number: Int16) throws {
        let index = Int(number) - 1
        let all = Array(Self.allCases)
        guard all.indices.contains(index) else {
            throw Failure(.internal, "a \(Self.resource) is stored with the unknown state \(number)")
        }
        self = all[index]
    }

    /// The number in the API's enum.
    var stored: Int16 { Int16((Array(Self.allCases).firstIndex(of: self) ?? 0) + 1) }
}

extension SwiftProtobuf.Enum {
    /// The value in words, as facets and comparisons have it: `costSharing` is `cost-sharing`.
    var word: String {
        String(describing: self).reduce(into: "") { word, letter in
            if letter.isUppercase { word.append("-") }
            word += letter.lowercased()
        }
    }
}
