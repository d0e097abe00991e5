internal import API
internal import Domain
internal import Foundation
internal import Register
internal import Store
internal import SwiftProtobuf

/// Which register a read's recorded time counts in.
struct RegisterReference: Sendable {
    let id: Int32
    /// platform, or consortia/{consortium}.
    let name: String

    static let platform = RegisterReference(id: Store.platformRegister, name: "platform")
}

/// What a read sees of versioned data: what was valid on a day, as known when the register had `size` entries.
struct ResolvedState: Sendable {
    let day: Domain.CivilDate
    let size: Int64

    /// The state as answers say it.
    var message: AsOf {
        var message = AsOf()
        message.day = API.CivilDate(day)
        message.registerSize = size
        return message
    }
}

extension Reader {
    /// Turns a caller's `as_of` into one state, once: whatever is read afterwards is read at that size.
    ///
    /// - Throws: `Failure` that names the part of `as_of` that leads nowhere.
    func resolve(_ asOf: AsOf, _ register: RegisterReference) async throws -> ResolvedState {
        var checks = FieldChecks()
        let day = asOf.hasDay ? checks.date(asOf.day, isSet: true, field: "as_of.day") : Clock.today()
        try checks.finish()
        return ResolvedState(day: day!, size: try await size(of: asOf, register))
    }

    private func size(of asOf: AsOf, _ register: RegisterReference) async throws -> Int64 {
        let current = try await registerSize(register.id)
        switch asOf.recorded {
        case nil: return current
        case .registerSize(let size):
            guard (0...current).contains(size) else {
                throw Failure.invalid(
                    "as_of.register_size", "must be between 0 and \(current), the size of the register",
                    reason: .unknownPosition)
            }
            return size
        case .checkpoint(let note): return try await size(ofCheckpoint: note, register, current: current)
        case .time(let time):
            guard let micros = time.microseconds, micros <= Clock.microseconds() else {
                throw Failure.invalid("as_of.time", "must be a moment that has passed")
            }
            return try await registerSize(register.id, at: micros)
        }
    }

    /// A checkpoint counts when this register bears it out, whoever signed it.
    private func size(
        ofCheckpoint note: String, _ register: RegisterReference, current: Int64
    ) async throws -> Int64 {
        guard let signed = try? SignedNote(parsing: Array(note.utf8)),
            let checkpoint = try? Checkpoint(text: signed.text)
        else { throw Failure.invalid("as_of.checkpoint", "must be a signed checkpoint") }
        let size = Int64(checkpoint.size)
        guard size <= current, try await registerRoot(register.id, size: size) == checkpoint.root else {
            throw Failure.invalid(
                "as_of.checkpoint", "must be a checkpoint of the register \(register.name)", reason: .unknownPosition)
        }
        return size
    }
}
