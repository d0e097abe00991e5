internal import Glibc
internal import Register

/// Memory for 0x00 ‖ salt ‖ line, what the leaf of a row is the hash of; contiguous, because each update of a digest
/// costs by itself, and kept for all rows.
final class RowPreimage {
    /// Far above any row: ids have at most 63 bytes.
    static let maximumLineBytes = 64 * 1024
    private static let lineOffset = 1 + RowSalt.byteCount

    private let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: RowPreimage.lineOffset + RowPreimage.maximumLineBytes, alignment: 16)
    private let salt: UnsafeMutableRawBufferPointer

    init() {
        memory[0] = TreeHasher.leafPrefix
        salt = UnsafeMutableRawBufferPointer(rebasing: memory[1..<Self.lineOffset])
    }

    deinit {
        memory.deallocate()
    }

    /// The leaf of a line and a salt in hexadecimal digits; nil where those are none.
    func leaf(line: UnsafeRawBufferPointer, salt digits: UnsafeRawBufferPointer, using hasher: TreeHasher) -> Hash? {
        guard HexTable.decode(digits, into: salt), let start = line.baseAddress, let base = memory.baseAddress else {
            return nil
        }
        memcpy(base + Self.lineOffset, start, line.count)
        return hasher.hash(UnsafeRawBufferPointer(rebasing: memory[..<(Self.lineOffset + line.count)]))
    }
}
