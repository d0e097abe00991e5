internal import API
internal import ArgumentParser
internal import Foundation
internal import Register
internal import TLS
internal import Terminal

extension RegisterCommands {
    /// `allmende register watch`: entries as they are committed.
    struct Watch: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints every new entry as it is committed, until interrupted.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var which: Which

        @Option(help: "Position of the first entry.")
        var start: Int64 = 0

        func run(_ session: Session) async throws {
            var request = WatchEntriesRequest()
            request.register = which.name
            request.start = start
            let stream = try await RegisterServiceClient(session.client).watchEntries(request)
            while let response = try await stream.receive() {
                try session.show(response) { EntryTable.text(response.entries) }
            }
        }
    }

    /// `allmende register prove`: one entry's place in the tree, as a text to keep.
    struct Prove: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the proof that the register has an entry (C2SP tlog-proof).",
            discussion: "Keep it in a file; it is verified without the server.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var which: Which

        @Option(help: "Position of the entry, as a receipt states it.")
        var position: Int64
        @Option(help: "Size of the register that the proof is for; the newest when left out.")
        var size: Int64 = 0

        func run(_ session: Session) async throws {
            var request = ProveInclusionRequest()
            request.register = which.name
            request.position = position
            request.size = size
            let response = try await RegisterServiceClient(session.client).proveInclusion(request)
            try session.show(response) { response.proof }
        }
    }

    /// `allmende register compare`: whether the register still begins with what a kept checkpoint covers.
    struct CompareCheckpoint: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "compare",
            abstract: "Proves that nothing has changed since a checkpoint that was kept.",
            discussion: "Exit code 0 means that the register begins with every entry the checkpoint covers.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var which: Which

        @Argument(help: "File with the checkpoint, as `register checkpoint` printed it.")
        var checkpoint: String
        @Option(help: "PEM file with the register's public key.")
        var registerKey: String

        func run(_ session: Session) async throws {
            let key = try KeyArgument.verificationKey(registerKey)
            guard let bytes = FileManager.default.contents(atPath: checkpoint) else {
                throw CommandFailure("Cannot read \(checkpoint).")
            }
            let old = try open(Array(bytes), key, "\(checkpoint) is no checkpoint of this register")
            var request = ProveConsistencyRequest()
            request.register = which.name
            request.oldSize = Int64(old.size)
            let response = try await RegisterServiceClient(session.client).proveConsistency(request)
            let new = try open(Array(response.checkpoint.utf8), key, "The server's checkpoint does not hold")
            let proof = ConsistencyProof(
                oldSize: old.size, newSize: new.size, path: response.path.compactMap { Hash(Array($0)) })
            do {
                guard new.origin == old.origin else {
                    throw CheckpointError.unexpectedOrigin(expected: old.origin, found: new.origin)
                }
                try proof.verify(oldRoot: old.root, newRoot: new.root, using: TreeHasher())
            } catch {
                throw CommandFailure("The register was changed behind the checkpoint: \(error).")
            }
            try session.show(response) {
                "The register of \(new.size) entries begins with the \(old.size) of the checkpoint, unchanged.\n"
            }
        }

        private func open(_ note: [UInt8], _ key: VerificationKey, _ what: String) throws -> Register.Checkpoint {
            do {
                return try Register.Checkpoint.open(note, key: key)
            } catch {
                throw CommandFailure("\(what): \(error).")
            }
        }
    }
}
