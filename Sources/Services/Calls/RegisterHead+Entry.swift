internal import API
internal import Foundation
internal import Store
internal import SwiftProtobuf

extension RegisterHead {
    /// Appends the entry for a change and returns its position.
    @discardableResult
    func append(
        _ change: RegisterEntry.OneOf_Change, to register: String, by principal: Principal, for stamp: RequestStamp
    ) throws -> Int64 {
        var entry = RegisterEntry()
        entry.position = nextPosition
        entry.register = register
        entry.recordedMicros = instant(Clock.microseconds())
        // The server itself is no party.
        if !principal.partyCode.isEmpty {
            entry.actor.party = "parties/" + principal.partyCode
            entry.actor.role = API.Role(rawValue: Int(principal.role.rawValue)) ?? .unspecified
            entry.actor.credentialSha256 = .init(principal.credentialDigest)
        }
        entry.requestID = stamp.text
        entry.change = change
        let position = nextPosition
        append(try entry.serializedBytes(), recordedMicros: entry.recordedMicros)
        return position
    }
}
