/// Which trace a call belongs to (W3C Trace Context, Recommendation of 2021-11-23).
public struct TraceContext: Sendable, Equatable {
    /// 128 bits that name the trace, most significant half first; never both zero.
    let trace: (high: UInt64, low: UInt64)
    /// 64 bits that name the part of the trace that this process works on; never zero.
    let span: UInt64
    /// `trace-flags`: bit 0 says that the caller records the trace.
    let flags: UInt8
    /// `tracestate` as it came, handed on unread.
    let state: String

    /// The trace of the call that the task works for; outgoing calls carry it on.
    @TaskLocal public static var current: TraceContext?

    /// 32 hexadecimal digits.
    public var traceID: String {
        String(decoding: Hex.digits(trace.high) + Hex.digits(trace.low), as: UTF8.self)
    }

    /// 16 hexadecimal digits.
    public var spanID: String { String(decoding: Hex.digits(span), as: UTF8.self) }

    public static func == (one: TraceContext, other: TraceContext) -> Bool {
        one.trace == other.trace && one.span == other.span && one.flags == other.flags && one.state == other.state
    }

    /// The value of `traceparent` for a call made on behalf of this one (section 3.2).
    var traceparent: [UInt8] {
        var text = Array("00-".utf8)
        text.reserveCapacity(TraceParent.length)
        text += Hex.digits(trace.high)
        text += Hex.digits(trace.low)
        text.append(UInt8(ascii: "-"))
        text += Hex.digits(span)
        text.append(UInt8(ascii: "-"))
        text += Hex.digits(UInt64(flags)).suffix(2)
        return text
    }
}
