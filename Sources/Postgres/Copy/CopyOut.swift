internal import CLibPQ
internal import EventLoop

/// The rows of a `COPY … TO STDOUT`, one message each, as the server sent them.
///
/// Nothing is read from the socket while nobody asks, so a slow reader slows the server and grows no memory. A copy
/// that is not read to its end costs the transaction its connection.
public final class CopyOut: @unchecked Sendable {  // confined to its connection's loop
    private let connection: Connection
    /// Whether the rows are in binary format; header and trailer of that format are taken off.
    public let isBinary: Bool
    private var isFirst = true
    private var hasEnded = false

    init(_ connection: Connection, isBinary: Bool) {
        self.connection = connection
        self.isBinary = isBinary
    }

    /// Lends the next row to `body`: in binary format the number of columns (Int16) and the fields, to be read with
    /// `CopyRow`; in text format a line with its end. The bytes are valid during the call only.
    /// - Returns: what `body` returns, or nil after the last row.
    @inlinable
    public func next<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) async throws -> Result? {
        while true {
            if let message = try take() {
                defer { message.free() }
                return try body(message.bytes)
            }
            guard try await waitForMore() else { return nil }
        }
    }

    /// Appends whole rows to `buffer` until it has at least `count` bytes or nothing more has arrived; suspends only
    /// while there is nothing at all.
    /// - Returns: whether rows were appended; false after the last one.
    public func read(into buffer: inout [UInt8], upTo count: Int) async throws -> Bool {
        var hasAppended = false
        while true {
            while buffer.count < count || !hasAppended, let message = try take() {
                buffer.append(contentsOf: message.bytes)
                message.free()
                hasAppended = true
            }
            if hasAppended { return true }
            guard try await waitForMore() else { return false }
        }
    }

    /// A row in the library's memory.
    @usableFromInline
    struct Message {
        private let memory: UnsafeMutablePointer<CChar>
        @usableFromInline let bytes: UnsafeRawBufferPointer

        fileprivate init(memory: UnsafeMutablePointer<CChar>, bytes: UnsafeRawBufferPointer) {
            self.memory = memory
            self.bytes = bytes
        }

        @usableFromInline
        func free() { PQfreemem(memory) }
    }

    /// The next row that has arrived already.
    @usableFromInline
    func take() throws -> Message? {
        guard !hasEnded else { return nil }
        guard connection.loop.isCurrent else { throw DatabaseError.misuse("a copy stays on its loop") }
        while true {
            guard !connection.isClosed else {
                throw connection.direct.failure ?? DatabaseError(.connectionLost, "the connection was lost")
            }
            var memory: UnsafeMutablePointer<CChar>?
            let count = Int(PQgetCopyData(connection.handle, &memory, 1))
            guard count > 0, let memory else {
                if count < 0 { hasEnded = true }
                return nil
            }
            let message = try trim(memory, UnsafeRawBufferPointer(start: memory, count: count))
            if let message { return message }
        }
    }

    /// Takes off what is not a row; nil if nothing is left.
    private func trim(_ memory: UnsafeMutablePointer<CChar>, _ bytes: UnsafeRawBufferPointer) throws -> Message? {
        guard isBinary else { return Message(memory: memory, bytes: bytes) }
        var bytes = bytes
        if isFirst {
            isFirst = false
            guard let rest = CopyRows.withoutHeader(bytes) else {
                PQfreemem(memory)
                throw DatabaseError.malformed("a binary copy without its header")
            }
            bytes = rest
        }
        // The trailer is a column count of -1; an empty rest follows a header that came alone.
        guard bytes.count > 2 || (bytes.count == 2 && bytes[0] != 0xFF) else {
            PQfreemem(memory)
            return nil
        }
        return Message(memory: memory, bytes: bytes)
    }

    /// Waits for data, or for the end.
    /// - Returns: false when the copy has ended well.
    /// - Throws: the server's error when it has not.
    @usableFromInline
    func waitForMore() async throws -> Bool {
        if hasEnded {
            try await finish()
            return false
        }
        connection.isReading = true
        defer { connection.isReading = false }
        try await connection.wait(for: .data)
        return true
    }

    private func finish() async throws {
        guard !connection.isClosed, connection.mode == .direct else { return }
        connection.isReading = true
        if connection.direct.phase != .idle {
            connection.direct.phase = .running
            connection.takeDirect()
            if connection.direct.phase != .idle { try await connection.wait(for: .answer) }
        }
        try connection.endDirect()
    }
}

extension Transaction {
    /// Begins a `COPY … TO STDOUT`. Read it to its end before the next command. The statement takes no parameters:
    /// use `SQL.literal` and `SQL.identifier`.
    public func copyOut(_ sql: SQL) async throws -> CopyOut {
        guard sql.parameterCount == 0 else { throw DatabaseError.misuse("COPY takes no parameters") }
        try await begin()
        try await connection.startDirect(sql.text)
        guard case .copyOut(let isBinary) = connection.direct.phase else {
            throw DatabaseError.misuse("not a COPY … TO STDOUT")
        }
        connection.isReading = false
        return CopyOut(connection, isBinary: isBinary)
    }
}
