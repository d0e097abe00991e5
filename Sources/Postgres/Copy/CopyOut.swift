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
    /// Whether the header of the binary format is still to come.
    private var awaitsHeader: Bool
    private var hasEnded = false

    init(_ connection: Connection, isBinary: Bool) {
        self.connection = connection
        self.isBinary = isBinary
        awaitsHeader = isBinary
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
    /// while there is nothing at all. Holds its loop as long as it takes to copy so many bytes.
    /// - Returns: whether rows were appended; false after the last one.
    public func read(into buffer: inout [UInt8], upTo count: Int) async throws -> Bool {
        let before = buffer.count
        while true {
            if awaitsHeader, let message = try take() {
                buffer.append(contentsOf: message.bytes)
                message.free()
            }
            if !awaitsHeader { try appendRows(to: &buffer, upTo: max(count, before + 1)) }
            if buffer.count > before { return true }
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
        try check()
        while true {
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
        if awaitsHeader {
            awaitsHeader = false
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

    private func check() throws {
        guard connection.loop.isCurrent else { throw DatabaseError.misuse("a copy stays on its loop") }
        guard !connection.isClosed else {
            throw connection.direct.failure ?? DatabaseError(.connectionLost, "the connection was lost")
        }
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

// MARK: - Many rows at once

extension CopyOut {
    /// Room beside what is asked for, so that few rows are cut.
    private static let room = 8192

    /// Appends rows until there are `count` bytes or the socket has no more.
    private func appendRows(to buffer: inout [UInt8], upTo count: Int) throws {
        guard !hasEnded else { return }
        try check()
        var intake = RowIntake(isBinary: isBinary, end: buffer.count)
        // Meanwhile the buffer is longer than what it holds: the library writes into its memory.
        defer { buffer.removeLast(buffer.count - intake.end) }
        repeat {
            buffer.append(contentsOf: repeatElement(0, count: max(0, count - buffer.count) + CopyOut.room))
        } while try buffer.withUnsafeMutableBytes { try receive(into: $0, upTo: count, &intake) }
    }

    /// Takes rows until there are `count` bytes or the socket has no more. The library reads small pieces, and going
    /// back to the loop for each would cost more than the reading.
    /// - Returns: whether the memory ended before.
    private func receive(
        into memory: UnsafeMutableRawBufferPointer, upTo count: Int, _ intake: inout RowIntake
    ) throws -> Bool {
        let base = memory.baseAddress?.assumingMemoryBound(to: CChar.self)
        var isDrained = false
        while intake.end < count || intake.isCut {
            guard let base, intake.end < memory.count else { return true }
            let space = memory.count - intake.end
            // An old call, but the only one that makes no copy of its own of each row.
            let length = Int(PQgetlineAsync(connection.handle, base + intake.end, Int32(clamping: space)))
            if length > 0 {
                intake.take(length, of: space, in: UnsafeRawBufferPointer(memory))
                isDrained = false
            } else if length < 0 {
                _ = try take()
                return false
            } else {
                guard !isDrained else { return false }
                try connection.readMore()
                isDrained = true
            }
        }
        return false
    }
}

/// Rows that are put into memory one after the other. One that is longer than the room left for it comes in pieces.
private struct RowIntake {
    let isBinary: Bool
    /// Where the rows end.
    private(set) var end: Int
    /// Whether the last piece filled the room, so that its row may go on.
    private(set) var isCut = false
    /// Where the last row begins.
    private var begin: Int

    init(isBinary: Bool, end: Int) {
        self.isBinary = isBinary
        self.end = end
        begin = end
    }

    /// - Parameters:
    ///   - length: of the piece that lies at `end`.
    ///   - space: what there was for it.
    mutating func take(_ length: Int, of space: Int, in memory: UnsafeRawBufferPointer) {
        // A row that filled the room may have been whole by chance.
        let isRest = isCut && !(isBinary && CopyRow.isWhole(UnsafeRawBufferPointer(rebasing: memory[begin..<end])))
        if !isRest { begin = end }
        isCut = length == space
        // The trailer, unless it is the end of a row that looks like one.
        if isBinary, !isRest, length == 2, memory[end] == 0xFF { return }
        end += length
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
        return CopyOut(connection, isBinary: isBinary)
    }
}
