/// A digest of 32 bytes, such as one of SHA-256. Only the value: hashing is done elsewhere.
public struct Digest32: Sendable, Hashable {
    /// Number of bytes.
    public static let byteCount = 32

    // Four words with the first byte on top: no allocation, and the order of words is the order of bytes.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// `nil` unless there are exactly 32 bytes.
    public init?(_ bytes: some Sequence<UInt8>) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var count = 0
        for byte in bytes {
            switch count / 8 {
            case 0: words.0 = words.0 << 8 | UInt64(byte)
            case 1: words.1 = words.1 << 8 | UInt64(byte)
            case 2: words.2 = words.2 << 8 | UInt64(byte)
            case 3: words.3 = words.3 << 8 | UInt64(byte)
            default: return nil
            }
            count += 1
        }
        guard count == Self.byteCount else { return nil }
        (first, second, third, fourth) = words
    }

    /// `nil` unless the buffer holds exactly 32 bytes. Reads whole words, for hot paths.
    public init?(_ buffer: UnsafeRawBufferPointer) {
        guard buffer.count == Self.byteCount else { return nil }
        first = UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        second = UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        third = UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        fourth = UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        append(to: &bytes)
        return bytes
    }

    /// Appends the 32 bytes.
    public func append(to bytes: inout [UInt8]) {
        withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// Calls the body with the 32 bytes, which are valid only during the call.
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let words = (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian)
        return try Swift.withUnsafeBytes(of: words, body)
    }
}

extension Digest32: Comparable {
    /// Order of the bytes.
    public static func < (left: Digest32, right: Digest32) -> Bool {
        (left.first, left.second, left.third, left.fourth) < (right.first, right.second, right.third, right.fourth)
    }
}

extension Digest32: TextValue {
    /// Reads 64 hexadecimal digits, small or capital.
    public init(_ text: String, field: String) throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        var bytes: [UInt8] = []
        var high: UInt8?
        for byte in text.utf8 {
            guard let digit = Self.hexValue(byte) else {
                throw .invalid(field, "must be 64 hexadecimal digits, not \"\(text.excerpt)\"")
            }
            if let top = high {
                bytes.append(top << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil, let digest = Digest32(bytes) else {
            throw .invalid(field, "must be 64 hexadecimal digits, not \(text.utf8.count)")
        }
        self = digest
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// 64 small hexadecimal digits.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return withUnsafeBytes { buffer in
            String(decoding: buffer.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        }
    }

    public var description: String { hex }
}
