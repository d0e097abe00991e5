/// Texts of decoded messages.
enum WireText {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// The bytes of a text that `isValid` accepted before.
    static func bytes(_ text: UnsafeMutablePointer<CChar>?) -> Bytes {
        // The empty text may be protobuf-c's constant, which is not in an arena and has no size before it.
        guard let text, text.pointee != 0 else { return Bytes(start: nil, count: 0) }
        return whole(text)
    }

    /// Whether a text is UTF-8 without a NUL: protobuf-c checks neither.
    static func isValid(_ text: UnsafeMutablePointer<CChar>?, in arena: UnsafeMutablePointer<Arena>) -> Bool {
        guard let text else { return true }
        if text.pointee == 0 { return !arena.pointee.contains(text) || whole(text).isEmpty }
        return isValid(whole(text))
    }

    /// The text without the NUL that protobuf-c put at its end.
    private static func whole(_ text: UnsafeMutablePointer<CChar>) -> Bytes {
        let size = Arena.size(of: text)
        return Bytes(start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: size - 1)
    }

    private static func isValid(_ bytes: Bytes) -> Bool {
        var union: UInt8 = 0
        var hasNUL = false
        for byte in bytes {
            union |= byte
            hasNUL = hasNUL || byte == 0
        }
        if hasNUL { return false }
        return union < 0x80 || (try? UTF8Span(validating: Span(_unsafeElements: bytes))) != nil
    }
}
