internal import Glibc

/// Where the records of connections gather, so that several of them leave in one system call: a call for each of them
/// costs more than the cipher.
///
/// Connections of one thread share it. It is empty between the steps of a connection, and no step is inside another.
public final class TLSOutput {
    private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    private(set) var count = 0

    public init() {}

    deinit { buffer.deallocate() }

    /// What has gathered.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[..<count]) }

    /// Takes bytes on; grows when they do not fit.
    func append(_ bytes: UnsafeRawBufferPointer) {
        if count + bytes.count > buffer.count { grow(to: max(count + bytes.count, 2 * buffer.count)) }
        guard let start = bytes.baseAddress else { return }
        (buffer.baseAddress! + count).copyMemory(from: start, byteCount: bytes.count)
        count += bytes.count
    }

    func removeAll() { count = 0 }

    private func grow(to size: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        larger.copyMemory(from: bytes)
        buffer.deallocate()
        buffer = larger
    }
}
