/// Names for traces and their parts: unique, not secret, and cheap enough for every call (SplitMix64).
struct TraceNames {
    private var state: UInt64

    init() {
        var system = SystemRandomNumberGenerator()
        state = system.next()
    }

    /// Never zero.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return mixed == 0 ? 1 : mixed
    }

    /// The context of a call that has arrived: the caller's trace, or a new one, and always a part of our own.
    mutating func context(_ parent: TraceParent?, state: String) -> TraceContext {
        guard let parent else {
            return TraceContext(trace: (next(), next()), span: next(), flags: 0, state: "")
        }
        return TraceContext(trace: (parent.high, parent.low), span: next(), flags: parent.flags, state: state)
    }
}
