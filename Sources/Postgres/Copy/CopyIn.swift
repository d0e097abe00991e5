internal import CLibPQ
internal import EventLoop

/// The sending end of a `COPY … FROM STDIN`. Valid inside the body it is given to.
public final class CopyIn: @unchecked Sendable {  // confined to its connection's loop
    private let connection: Connection

    /// The library can spin on larger pieces.
    private static let pieceLimit = 65_536

    init(_ connection: Connection) { self.connection = connection }

    /// Sends data; suspends as long as the server does not take it. For a binary `COPY` the data begins with
    /// `CopyRows.header` and ends with `CopyRows.trailer`, cut anywhere.
    /// - Throws: `DatabaseError` when the connection ends. What the server thinks of the rows shows at the end.
    public func write(_ bytes: [UInt8]) async throws {
        var offset = 0
        repeat {
            let end = min(bytes.count, offset + CopyIn.pieceLimit)
            try bytes.withUnsafeBytes { try put(UnsafeRawBufferPointer(rebasing: $0[offset..<end])) }
            offset = end
            try await drain()
        } while offset < bytes.count
    }

    /// Sends data that stays where it is until the call returns.
    public func write(_ bytes: UnsafeRawBufferPointer) async throws {
        var offset = 0
        repeat {
            let end = min(bytes.count, offset + CopyIn.pieceLimit)
            try put(UnsafeRawBufferPointer(rebasing: bytes[offset..<end]))
            offset = end
            try await drain()
        } while offset < bytes.count
    }

    private func put(_ piece: UnsafeRawBufferPointer) throws {
        guard connection.loop.isCurrent else { throw DatabaseError.misuse("a copy stays on its loop") }
        guard !connection.isClosed else {
            throw connection.direct.failure ?? DatabaseError(.connectionLost, "the connection was lost")
        }
        guard connection.direct.phase == .copyIn else { throw DatabaseError.misuse("the copy has ended") }
        guard let start = piece.baseAddress, piece.count > 0 else { return }
        let count = Int32(truncatingIfNeeded: piece.count)
        guard PQputCopyData(connection.handle, start.assumingMemoryBound(to: CChar.self), count) == 1 else {
            let error = DatabaseError(.connectionLost, connection: connection.handle)
            connection.close(error)
            throw error
        }
    }

    /// Suspends until the socket has taken everything.
    private func drain() async throws {
        connection.flush()
        while !connection.isClosed, connection.isCongested { try await connection.wait(for: .room) }
        try Task.checkCancellation()
    }
}

extension Transaction {
    /// Runs a `COPY … FROM STDIN`; the body writes the data. If the body throws, the copy fails and the transaction
    /// with it. The statement takes no parameters: use `SQL.literal` and `SQL.identifier`.
    /// - Returns: the number of rows.
    @discardableResult
    public func copyIn(_ sql: SQL, _ body: (CopyIn) async throws -> Void) async throws -> Int {
        guard sql.parameterCount == 0 else { throw DatabaseError.misuse("COPY takes no parameters") }
        try await begin()
        try await connection.startDirect(sql.text)
        guard connection.direct.phase == .copyIn else { throw DatabaseError.misuse("not a COPY … FROM STDIN") }
        do {
            try await body(CopyIn(connection))
        } catch {
            try? await connection.endCopyIn("the sender gave up")
            throw error
        }
        try await connection.endCopyIn(nil)
        return connection.direct.affected
    }
}

extension Connection {
    /// Ends the data and waits for the server's verdict.
    /// - Parameter reason: why the copy is to fail, or nil if it is complete.
    fileprivate func endCopyIn(_ reason: String?) async throws {
        guard !isClosed else { throw direct.failure ?? DatabaseError(.connectionLost, "the connection was lost") }
        guard direct.phase == .copyIn else { throw DatabaseError.misuse("the copy has ended") }
        direct.phase = .running
        guard PQputCopyEnd(handle, reason) == 1 else {
            let error = DatabaseError(.connectionLost, connection: handle)
            close(error)
            throw error
        }
        flushSoon()
        try await wait(for: .answer)
        try endDirect()
    }
}
