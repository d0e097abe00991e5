internal import CNGHTTP2

/// Header fields that are put together for one HEADERS frame, in one piece of memory.
struct HeaderBlock {
    private var bytes: [UInt8] = []
    private var lengths: [(name: Int, value: Int)] = []

    mutating func add(_ name: StaticString, _ value: some Collection<UInt8>) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(contentsOf: value)
        lengths.append((name.utf8CodeUnitCount, value.count))
    }

    mutating func add(_ name: StaticString, _ value: StaticString) {
        add(name, UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }

    /// Bytes of a block, counted as in RFC 9113 section 6.5.2. The library drops a frame of HEADERS past 64 KiB, and
    /// with it the status or the call.
    static let maximumBytes = 48 << 10

    /// What the fields count so far.
    private var size: Int { bytes.count + 32 * lengths.count }

    /// Adds custom metadata but for the names that the protocol reserves.
    /// - Returns: false when there was no room for all of it; what there was room for is added.
    @discardableResult
    mutating func add(_ metadata: Metadata) -> Bool {
        var isWhole = true
        for entry in metadata.entries where !HeaderBlock.isReserved(entry.name) {
            let value = entry.name.hasSuffix("-bin") ? Base64.encode(entry.value) : entry.value
            guard size + entry.name.utf8.count + value.count + 32 <= HeaderBlock.maximumBytes else {
                isWhole = false
                continue
            }
            bytes.append(contentsOf: entry.name.utf8)
            bytes.append(contentsOf: value)
            lengths.append((entry.name.utf8.count, value.count))
        }
        return isWhole
    }

    private static func isReserved(_ name: String) -> Bool {
        name.hasPrefix(":") || name.hasPrefix("grpc-") || name == "content-type" || name == "te"
    }

    /// The fields in nghttp2's form, valid inside `body`, which copies them by submitting them.
    func withFields<R>(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> R) -> R {
        bytes.withUnsafeBufferPointer { bytes in
            var start = UnsafeMutablePointer(mutating: bytes.baseAddress!)
            let fields = lengths.map { length in
                defer { start += length.name + length.value }
                return nghttp2_nv(
                    name: start, value: start + length.name, namelen: length.name, valuelen: length.value,
                    flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue))
            }
            return fields.withUnsafeBufferPointer(body)
        }
    }
}
