internal import CNGHTTP2

/// What a client sends, judged frame by frame before the HTTP/2 library sees it: the order of streams, and the number
/// of frames that cost the server work but carry none. Frames of calls cost no look at the clock.
///
/// Floods and their names in the advisories: RST_STREAM (CVE-2023-44487, and resets that the client provokes,
/// CVE-2025-8671), PING, SETTINGS and PRIORITY (CVE-2019-9512, 9513, 9515), empty DATA (CVE-2019-9518), CONTINUATION
/// (CVE-2024-28182).
struct PeerConduct {
    typealias Frame = FrameScanner.Frame

    enum Verdict: Equatable {
        case usual
        /// An error of this code, unless the library knows the stream to be open: then it judges by itself.
        case suspect(UInt32)
        /// Too much: the connection ends.
        case flood(ConnectionEnd)
    }

    private var scanner = FrameScanner()
    private var streams: PeerStreams
    private var resets: Allowance
    private var controls: Allowance
    private var empties: Allowance
    private let maximumContinuations: Int
    /// CONTINUATION frames of the block that is open.
    private var continuations = 0
    /// The frame found last belongs to a block of headers, and may be its last.
    private var headers = (isOpen: false, isLast: false)

    init(_ limits: ServerLimits) {
        // Late frames come on streams that were open together; twice as many leaves room for a second generation.
        streams = PeerStreams(capacity: 2 * limits.maximumStreams)
        resets = Allowance(burst: limits.resetBurst, perSecond: limits.resetsPerSecond)
        controls = Allowance(burst: limits.controlBurst, perSecond: limits.controlsPerSecond)
        empties = Allowance(burst: limits.emptyFrameBurst, perSecond: limits.emptyFramesPerSecond)
        maximumContinuations = limits.maximumContinuations
    }

    /// A block of headers has begun and is not complete.
    var isInsideHeaders: Bool { headers.isOpen && !(headers.isLast && scanner.isFrameComplete) }

    /// Looks at what has arrived up to the first frame that is not as usual.
    /// - Parameters:
    ///   - offset: where in `bytes` to go on; behind that frame's header afterwards, or at the end.
    ///   - now: asked only when a frame counts against an allowance.
    /// - Returns: that frame and the verdict on it; nil when all is as usual.
    mutating func look(
        at bytes: UnsafeRawBufferPointer, _ offset: inout Int, now: () -> UInt64
    ) -> (frame: Frame, verdict: Verdict)? {
        while let frame = scanner.next(bytes, &offset) {
            let verdict = judge(frame, now: now)
            guard verdict == .usual else { return (frame, verdict) }
        }
        return nil
    }

    mutating func judge(_ frame: Frame, now: () -> UInt64) -> Verdict {
        headers = (false, false)
        switch nghttp2_frame_type(rawValue: UInt32(frame.type)) {
        case NGHTTP2_DATA:
            let verdict = streams.dataBegan(frame.stream, endsStream: frame.endsStream)
            guard verdict == .usual else { return verdict }
            // A padded frame of this length may carry nothing, and who has something to say need not pad so little.
            let isEmpty = frame.length == 0 || frame.isPadded && frame.length <= 256
            if isEmpty, !frame.endsStream, !empties.take(at: now()) { return .flood(.emptyFrameFlood) }
            return .usual
        case NGHTTP2_HEADERS:
            headers = (true, frame.endsHeaders)
            continuations = 0
            return streams.headersBegan(frame.stream, endsStream: frame.endsStream)
        case NGHTTP2_CONTINUATION:
            headers = (true, frame.endsHeaders)
            continuations += 1
            return continuations <= maximumContinuations ? .usual : .flood(.continuationFlood)
        case NGHTTP2_RST_STREAM:
            streams.resetBegan(frame.stream)
            return resets.take(at: now()) ? .usual : .flood(.resetFlood)
        case NGHTTP2_WINDOW_UPDATE: return .usual
        default:
            // PING, SETTINGS, PRIORITY, GOAWAY, and types that mean nothing to this server.
            return controls.take(at: now()) ? .usual : .flood(.controlFlood)
        }
    }

    /// The server has had to reset a stream because of what the client sent on it.
    mutating func resetWasProvoked(now: UInt64) -> Verdict {
        resets.take(at: now) ? .usual : .flood(.resetFlood)
    }

    /// The server has sent a frame for a call. Clients measure the line while answers arrive, with one PING and perhaps
    /// new SETTINGS for each: they are no flood. More than that is one, however many calls are mixed in.
    mutating func callWasServed() { controls.restore(2) }
}
