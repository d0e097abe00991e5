internal import EventLoop
internal import TLS

/// What all connections of one loop share: buffers that are only used within one turn, and deadlines.
///
/// A connection that is idle or keeps pace needs no buffer of its own.
final class LoopResources {
    static let inputCapacity = 64 << 10
    /// A write goes out when this much has gathered; one frame more always fits.
    static let outputThreshold = 128 << 10
    static let outputCapacity = 192 << 10

    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: inputCapacity, alignment: 16)
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: outputCapacity, alignment: 16)
    /// Bytes of `output` in use, by the one connection that is flushing.
    var filled = 0
    /// Records of the one connection that writes.
    let records = TLSOutput()
    let deadlines: Deadlines
    var traceNames = TraceNames()

    init(loop: EventLoop) {
        deadlines = Deadlines(loop: loop)
    }

    deinit {
        input.deallocate()
        output.deallocate()
    }

    static func of(_ loop: EventLoop) -> LoopResources {
        loop.local { LoopResources(loop: loop) }
    }
}
