internal import CZlib

/// Whole messages in the format of RFC 1952.
enum Gzip {
    enum Failure: Error {
        case malformed
        case tooLarge
    }

    /// zlib: the largest window, plus 16 for a gzip header instead of a zlib one.
    private static let windowBits: Int32 = 15 + 16
    private static let streamSize = Int32(MemoryLayout<z_stream>.size)
    /// The first guess at how much longer a message is than its compressed form.
    private static let typicalRatio = 4

    static func compress(_ message: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        let code = deflateInit2_(
            &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, streamSize)
        precondition(code == Z_OK, "zlib cannot compress: out of memory, or another version than at compile time")
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(message.count)))
        return message.withUnsafeBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                // zlib only reads from here, but its interface has no const.
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let code = deflate(&stream, Z_FINISH)
                precondition(code == Z_STREAM_END, "deflateBound was too small")
                count = output.count - Int(stream.avail_out)
            }
        }
    }

    /// Stops as soon as the output passes the limit, so that a small message cannot grow without bound.
    static func decompress(_ payload: [UInt8], maximumLength: Int) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, streamSize) == Z_OK else { throw .malformed }
        defer { inflateEnd(&stream) }
        var output = [UInt8](
            repeating: 0, count: min(maximumLength + 1, max(1024, payload.count * typicalRatio)))
        var filled = 0
        let code = payload.withUnsafeBufferPointer { input in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            return inflateAll(&stream, into: &output, filled: &filled, capacity: maximumLength + 1)
        }
        guard filled <= maximumLength else { throw .tooLarge }
        guard code == Z_STREAM_END, stream.avail_in == 0 else { throw .malformed }
        output.removeLast(output.count - filled)
        return output
    }

    /// Doubles the output as long as it is full and below `capacity`.
    private static func inflateAll(
        _ stream: inout z_stream, into output: inout [UInt8], filled: inout Int, capacity: Int
    ) -> Int32 {
        while true {
            let code = output.withUnsafeMutableBufferPointer { buffer in
                stream.next_out = buffer.baseAddress.map { $0 + filled }
                stream.avail_out = UInt32(buffer.count - filled)
                let code = inflate(&stream, Z_NO_FLUSH)
                filled = buffer.count - Int(stream.avail_out)
                return code
            }
            guard code == Z_OK, filled == output.count, output.count < capacity else { return code }
            output.append(contentsOf: repeatElement(0, count: min(output.count, capacity - output.count)))
        }
    }
}
