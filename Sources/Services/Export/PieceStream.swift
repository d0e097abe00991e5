internal import GRPC

/// The file of an export as a stream of pieces. What lies before the wanted offset is made again and not sent: the same
/// bytes come out every time.
final class PieceStream {
    /// Bytes in one message: large enough that the message costs little, small enough for fair scheduling.
    private static let pieceSize = 128 << 10

    private let call: ServerCall
    private let send: (_ offset: Int64, _ piece: ArraySlice<UInt8>) async throws -> Void
    private var offset: Int64 = 0
    private let start: Int64

    init(
        from start: Int64, of call: ServerCall,
        send: @escaping (_ offset: Int64, _ piece: ArraySlice<UInt8>) async throws -> Void
    ) {
        self.start = start
        self.call = call
        self.send = send
    }

    /// Lets the loop turn once: the next rows come in from the database and the last pieces go out to the reader while
    /// these are made, and no other call of the loop waits for a whole batch.
    func breathe() async throws { try await call.pause(for: .zero) }

    /// Sends the next bytes of the file; suspends while the reader is slow.
    func write(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        if offset < start {
            let skipped = min(Int64(rest.count), start - offset)
            rest = rest.dropFirst(Int(skipped))
            offset += skipped
            try await breathe()
        }
        while !rest.isEmpty {
            let piece = rest.prefix(PieceStream.pieceSize)
            try await send(offset, piece)
            try await breathe()
            offset += Int64(piece.count)
            rest = rest.dropFirst(piece.count)
        }
    }
}
