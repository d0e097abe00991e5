internal import CZlib

/// A stream in the format of RFC 1952, piece by piece; the same input gives the same output whatever the pieces: the
/// header has neither name nor time.
///
/// Not Sendable: it belongs to the task that writes.
public final class GzipStream {
    private static let windowBits: Int32 = 15 + 16
    private static let streamSize = Int32(MemoryLayout<z_stream>.size)
    private static let pieceSize = 64 << 10

    /// On the heap, as zlib keeps its address.
    private let stream: UnsafeMutablePointer<z_stream>

    public init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let code = deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GzipStream.windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            GzipStream.streamSize)
        precondition(code == Z_OK, "zlib cannot compress: out of memory, or another version than at compile time")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Compresses the next bytes; what comes out may belong to earlier ones, or be nothing yet.
    public func compress(_ bytes: [UInt8]) -> [UInt8] { deflate(bytes, flush: Z_NO_FLUSH) }

    /// The end of the stream.
    public func finish() -> [UInt8] { deflate([], flush: Z_FINISH) }

    private func deflate(_ bytes: [UInt8], flush: Int32) -> [UInt8] {
        var output: [UInt8] = []
        bytes.withUnsafeBufferPointer { input in
            // zlib only reads from here, but its interface has no const.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            repeat {
                let filled = output.count
                output.append(contentsOf: repeatElement(0, count: GzipStream.pieceSize))
                let code = output.withUnsafeMutableBufferPointer { buffer in
                    stream.pointee.next_out = buffer.baseAddress.map { $0 + filled }
                    stream.pointee.avail_out = UInt32(GzipStream.pieceSize)
                    return CZlib.deflate(stream, flush)
                }
                precondition(code != Z_STREAM_ERROR, "zlib lost its state")
                output.removeLast(Int(stream.pointee.avail_out))
            } while stream.pointee.avail_out == 0
        }
        return output
    }
}
