public import API
internal import Audit
internal import Domain
internal import Foundation
public import GRPC
internal import Register
internal import Store
internal import SwiftProtobuf
internal import TLS

/// Signed histories.
public struct RegisterHandler: RegisterServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func getCheckpoint(_ request: GetCheckpointRequest, _ call: ServerCall) async throws -> GetCheckpointResponse
    {
        let (principal, register) = try await register(request.register, call)
        let reader = backend.store.reader(principal)
        var size = try await reader.size(request.size, of: register, field: "size")
        if request.witnessed, request.size == 0 {
            guard let witnessed = try await reader.newestWitnessedSize(register) else {
                throw Failure(.invalidState, "no witness has co-signed a checkpoint of \(request.register) yet")
            }
            size = witnessed
        }
        let note = try await backend.checkpoint(of: register, name: request.register, size: size, as: principal)
        var response = GetCheckpointResponse()
        response.checkpoint = note + (try await reader.cosignatures(register, size: size))
        response.size = size
        return response
    }

    public func addCosignature(_ request: AddCosignatureRequest, _ call: ServerCall) async throws
        -> AddCosignatureResponse
    {
        let (principal, register) = try await register(request.register, call)
        let (note, checkpoint) = try Self.parsed(request.checkpoint)
        let reader = backend.store.reader(principal)
        guard let kept = try await reader.checkpoint(register, size: Int64(checkpoint.size)),
            try Self.parsed(kept).note.text.utf8.elementsEqual(note.text.utf8)
        else { throw Failure.invalid("checkpoint", "must be one that this register has signed") }
        let lines = try backend.witnesses.signatures(on: note)
        try await backend.store.write(as: principal) { session in
            for (name, line) in lines {
                try await session.keep(
                    cosignature: line, by: name, register: register, size: Int64(checkpoint.size))
            }
        }
        var response = AddCosignatureResponse()
        response.checkpoint = kept + (try await reader.cosignatures(register, size: Int64(checkpoint.size)))
        return response
    }

    public func listRegisterKeys(_ request: ListRegisterKeysRequest, _ call: ServerCall) async throws
        -> ListRegisterKeysResponse
    {
        let (principal, register) = try await register(request.register, call)
        let reader = backend.store.reader(principal)
        let generation = Int(try await reader.registerGeneration(register))
        let origin = BundleFormat.origin(register: request.register, generation: generation)
        var response = ListRegisterKeysResponse()
        response.keys = try await reader.registerKeys(register).map { row in
            let isCurrent = row.origin == origin && row.publicKey == backend.signer.publicKey.rawBytes
            return try RegisterKey(row, isCurrent: isCurrent)
        }
        return response
    }

    public func listEntries(_ request: ListEntriesRequest, _ call: ServerCall) async throws -> ListEntriesResponse {
        let (principal, register) = try await readableRegister(request.register, call)
        guard request.start >= 0 else { throw Failure.invalid("start", "must not be negative") }
        let limit = try Limits.pageSize(request.pageSize)
        let reader = backend.store.reader(principal)
        var response = ListEntriesResponse()
        response.entries = try await reader.entries(register, from: request.start, limit: limit)
        response.size = try await reader.registerSize(register)
        return response
    }

    public func watchEntries(
        _ request: WatchEntriesRequest, _ responses: ResponseWriter<WatchEntriesResponse>, _ call: ServerCall
    ) async throws {
        guard request.start >= 0 else { throw Failure.invalid("start", "must not be negative") }
        var position = request.start
        while true {
            // Asked anew each time: whoever has lost the right to read sees nothing more.
            let (principal, register) = try await readableRegister(request.register, call)
            var response = WatchEntriesResponse()
            response.entries = try await backend.store.reader(principal)
                .entries(register, from: position, limit: Limits.watchedEntries)
            position += Int64(response.entries.count)
            if response.entries.isEmpty {
                try await call.pause(for: Limits.watchInterval)
            } else {
                try await responses.write(response)
            }
        }
    }

    public func proveInclusion(_ request: ProveInclusionRequest, _ call: ServerCall) async throws
        -> ProveInclusionResponse
    {
        let (principal, register) = try await register(request.register, call)
        let reader = backend.store.reader(principal)
        let size = try await reader.size(request.size, of: register, field: "size")
        guard request.position >= 0, request.position < size else {
            throw Failure.invalid(
                "position", "must be below \(size), the size of the tree, and not negative", reason: .unknownPosition)
        }
        let plan = try ProofPlan.inclusion(index: Int(request.position), size: Int(size))
        let hashes = try await reader.registerHashes(register, of: plan.withLeaf(Int(request.position)))
        let proof = TlogProof(
            inclusion: InclusionProof(index: Int(request.position), size: Int(size), path: Array(hashes.dropFirst())),
            checkpoint: try await backend.checkpoint(
                of: register, name: request.register, size: size, as: principal))
        var response = ProveInclusionResponse()
        response.leafHash = Data(hashes[0].bytes)
        response.position = request.position
        response.size = size
        response.path = proof.inclusion.path.map { Data($0.bytes) }
        response.checkpoint = proof.checkpoint
        response.proof = proof.text
        return response
    }

    public func proveConsistency(_ request: ProveConsistencyRequest, _ call: ServerCall) async throws
        -> ProveConsistencyResponse
    {
        let (principal, register) = try await register(request.register, call)
        let reader = backend.store.reader(principal)
        let size = try await reader.size(request.newSize, of: register, field: "new_size")
        guard request.oldSize >= 1, request.oldSize <= size else {
            throw Failure.invalid(
                "old_size", "must be at least 1 and at most \(size), the newer size", reason: .unknownPosition)
        }
        let plan = try ProofPlan.consistency(oldSize: Int(request.oldSize), newSize: Int(size))
        var response = ProveConsistencyResponse()
        response.oldSize = request.oldSize
        response.newSize = size
        response.path = try await reader.registerHashes(register, of: plan).map { Data($0.bytes) }
        response.checkpoint = try await backend.checkpoint(
            of: register, name: request.register, size: size, as: principal)
        return response
    }

    private static func parsed(_ text: String) throws -> (note: SignedNote, checkpoint: Checkpoint) {
        do {
            let note = try SignedNote(parsing: Array(text.utf8))
            return (note, try Checkpoint(text: note.text))
        } catch {
            throw Failure.invalid("checkpoint", "must be a signed checkpoint: \(error)")
        }
    }

    /// The caller and the number of a register it may see: its size, its checkpoints and the hashes of its tree.
    private func register(_ name: String, _ call: ServerCall) async throws -> (Principal, Int32) {
        if name == "platform" { return (try await backend.authorise(call), Store.platformRegister) }
        let code = try ResourceName.id(name, in: "consortia", field: "register")
        let caller = try await backend.participant(call, in: code)
        return (caller.principal, caller.consortium)
    }

    /// The caller and the number of a register whose entries it may read.
    private func readableRegister(_ name: String, _ call: ServerCall) async throws -> (Principal, Int32) {
        let (principal, register) = try await register(name, call)
        let isOperator = register == Store.platformRegister && principal.role == .operator
        guard principal.role.seesAllParties || isOperator else {
            throw Failure(
                .permissionDenied,
                "entries speak of every party; the coordination office and auditors may read them, the platform's also "
                    + "operators")
        }
        return (principal, register)
    }
}

extension RegisterKey {
    fileprivate init(_ row: RegisterKeyRow, isCurrent: Bool) throws {
        self.init()
        let key = try VerificationKey(rawBytes: row.publicKey)
        verifierKey = try NoteVerifier(name: row.origin, key: key).text
        publicKey = try key.pem
        current = isCurrent
        smallestSize = row.smallestSize
        largestSize = row.largestSize
        firstSignedMicros = row.firstSignedMicros
        lastSignedMicros = row.lastSignedMicros
    }
}

extension ScopedReader {
    /// Entries from a position on, in order.
    fileprivate func entries(_ register: Int32, from position: Int64, limit: Int) async throws -> [RegisterEntry] {
        try await registerEntries(register, from: position, limit: limit)
            .map { try RegisterEntry(serializedBytes: $0) }
    }

    /// A size that was asked for, or the newest for 0.
    fileprivate func size(_ asked: Int64, of register: Int32, field: String) async throws -> Int64 {
        let current = try await registerSize(register)
        guard asked >= 0, asked <= current else {
            throw Failure.invalid(
                field, "must not exceed \(current), the size of the register", reason: .unknownPosition)
        }
        return asked == 0 ? current : asked
    }
}
