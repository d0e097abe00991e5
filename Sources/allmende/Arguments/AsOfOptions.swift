internal import API
internal import ArgumentParser
internal import Domain
internal import Foundation
internal import SwiftProtobuf

/// Which state of versioned data a command reads; the newest when nothing is said.
struct AsOfOptions: ParsableArguments {
    @Option(help: "Day on which it is valid; today when left out.", transform: Arguments.day)
    var on: API.CivilDate?
    @Option(help: "Size of the register at which it was known; the newest when left out.")
    var registerSize: Int64?
    @Option(help: "File with the signed checkpoint up to which it was known.")
    var atCheckpoint: String?
    @Option(help: "Instant at which it was known, for example 2012-12-31T23:00:00Z.", transform: Arguments.instant)
    var atTime: Google_Protobuf_Timestamp?

    func validate() throws {
        let given = [registerSize != nil, atCheckpoint != nil, atTime != nil]
        guard given.count(where: { $0 }) < 2 else {
            throw ValidationError("Give one of --register-size, --at-checkpoint and --at-time.")
        }
    }

    /// The message; nil where nothing was said.
    func message() throws -> AsOf? {
        var message = AsOf()
        if let on { message.day = on }
        if let registerSize { message.registerSize = registerSize }
        if let atTime { message.time = atTime }
        if let atCheckpoint {
            guard let note = try? String(contentsOfFile: atCheckpoint, encoding: .utf8) else {
                throw CommandFailure("Cannot read \(atCheckpoint).")
            }
            message.checkpoint = note
        }
        return message == AsOf() ? nil : message
    }
}
