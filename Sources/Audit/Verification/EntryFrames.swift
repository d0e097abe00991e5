/// Why bytes are no sequence of entries, each after its length.
enum EntryFrameError: Error, Sendable, Equatable {
    /// A length that is not in its shortest form, or far too large.
    case malformedLength
    /// The member ends inside an entry.
    case truncated
}

extension EntryFrameError: CustomStringConvertible {
    var description: String {
        switch self {
        case .malformedLength: "the length before the entry is malformed"
        case .truncated: "the file ends inside the entry"
        }
    }
}

/// Cuts the member of entries into entries, in pieces of any size.
struct EntryFrames {
    /// Far above any entry, a settlement with thousands of members included.
    static let maximumEntryBytes = 64 * 1024 * 1024

    private enum State {
        case length(value: Int, bytes: Int)
        case entry(remaining: Int)
    }

    private var state = State.length(value: 0, bytes: 0)
    /// Beginning of an entry whose end is still to come.
    private var pending: [UInt8] = []

    /// Takes the next bytes and hands each complete entry to `body`.
    mutating func feed(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(EntryFrameError) {
        var rest = bytes[...]
        while let first = rest.first {
            switch state {
            case .length(let value, let count):
                rest = rest.dropFirst()
                try take(first, value: value, count: count)
            case .entry(let remaining):
                let piece = rest.prefix(remaining)
                rest = rest.dropFirst(piece.count)
                if pending.isEmpty && piece.count == remaining {
                    body(UnsafeRawBufferPointer(rebasing: piece))
                } else {
                    pending.append(contentsOf: piece)
                    if piece.count == remaining { pending.withUnsafeBytes { body($0) } }
                }
                if piece.count == remaining {
                    pending.removeAll(keepingCapacity: true)
                    state = .length(value: 0, bytes: 0)
                } else {
                    state = .entry(remaining: remaining - piece.count)
                }
            }
        }
    }

    /// Checks, at the end of the member, that the last entry is complete.
    func finish() throws(EntryFrameError) {
        guard case .length(_, bytes: 0) = state else { throw .truncated }
    }

    private mutating func take(_ byte: UInt8, value: Int, count: Int) throws(EntryFrameError) {
        let value = value | Int(byte & 0x7F) << (7 * count)
        // A last byte of zero adds nothing: the shorter form exists. An entry is never empty.
        guard value <= Self.maximumEntryBytes, count < Varint.maximumByteCount, byte != 0 else {
            throw .malformedLength
        }
        state = byte & 0x80 == 0 ? .entry(remaining: value) : .length(value: value, bytes: count + 1)
    }
}
