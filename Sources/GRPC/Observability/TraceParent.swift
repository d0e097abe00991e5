/// The fields of `traceparent` as they came from a caller.
struct TraceParent: Equatable {
    let high: UInt64
    let low: UInt64
    let flags: UInt8

    /// Of version 00: version, trace-id, parent-id and trace-flags with dashes between them.
    static let length = 55
    /// The longest `tracestate` that is handed on (section 3.3.1.5 asks for at least this).
    static let maximumState = 512

    /// Nil for what section 3.2 tells to ignore: a malformed value, version ff, a trace or parent of zeros.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        let dash = UInt8(ascii: "-")
        guard text.count >= TraceParent.length, text[2] == dash, text[35] == dash, text[52] == dash,
            let version = Hex.number(text[0..<2]), version != 0xFF,
            let high = Hex.number(text[3..<19]), let low = Hex.number(text[19..<35]), high != 0 || low != 0,
            let parent = Hex.number(text[36..<52]), parent != 0,
            let flags = Hex.number(text[53..<55])
        else { return nil }
        // Later versions may say more after another dash; their first four fields mean the same.
        guard text.count == TraceParent.length || version != 0 && text[55] == dash else { return nil }
        self.high = high
        self.low = low
        // Of the flags of later versions only those known here are handed on (section 3.2.2.5).
        self.flags = UInt8(flags) & 1
    }
}
