/// The file of an export as a stream of pieces. What lies before the wanted offset is made again and not sent: the same
/// bytes come out every time.
final class PieceStream {
    /// Bytes in one message: large enough that the message costs little, small enough for fair scheduling.
    private static let pieceSize = 128 << 10

    private let send: (_ offset: Int64, _ piece: ArraySlice<UInt8>) async throws -> Void
    private var offset: Int64 = 0
    private let start: Int64

    init(from start: Int64, send: @escaping (_ offset: Int64, _ piece: ArraySlice<UInt8>) async throws -> Void) {
        self.start = start
        self.send = send
    }

    /// Sends the next bytes of the file; suspends while the reader is slow.
    func write(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        if offset < start {
            let skipped = min(Int64(rest.count), start - offset)
            rest = rest.dropFirst(Int(skipped))
            offset += skipped
        }
        while !rest.isEmpty {
            let piece = rest.prefix(PieceStream.pieceSize)
            try await send(offset, piece)
            offset += Int64(piece.count)
            rest = rest.dropFirst(piece.count)
        }
    }
}
