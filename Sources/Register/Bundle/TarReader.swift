/// Reads a ustar archive strictly, in pieces of any size and in constant memory: regular files with plain relative
/// names, each name once, all padding zero. Owner, mode and time are not looked at, so that an archive packed again
/// elsewhere is still read.
///
/// Pure: bytes in, events out. After an error the reader is of no further use.
public struct TarReader: Sendable {
    private enum State {
        /// Between members; the header gathers in `block`.
        case header
        case content(remaining: Int, padding: Int)
        case padding(remaining: Int)
        /// Inside the end mark or after it; so many zero bytes seen of it.
        case end(zeros: Int)
    }

    private var state = State.header
    private var block: [UInt8] = []
    private var names: Set<String> = []
    private let maximumMembers: Int
    /// Bytes consumed so far.
    public private(set) var offset = 0

    /// A reader at the start of an archive; the limit bounds the memory for the names seen.
    public init(maximumMembers: Int = 10_000) {
        self.maximumMembers = maximumMembers
        block.reserveCapacity(TarFormat.blockBytes)
    }

    /// Consumes the next bytes and hands each event to `body`. Throws `TarError`, or what `body` throws.
    public mutating func feed(_ bytes: UnsafeRawBufferPointer, _ body: (TarEvent) throws -> Void) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count: Int
            switch state {
            case .header:
                count = min(rest.count, TarFormat.blockBytes - block.count)
                block.append(contentsOf: rest.prefix(count))
                if block.count == TarFormat.blockBytes { try readHeader(body) }
            case .content(let remaining, let padding):
                count = min(rest.count, remaining)
                try body(.content(UnsafeRawBufferPointer(rebasing: rest.prefix(count))))
                state = .content(remaining: remaining - count, padding: padding)
                if count == remaining { try endMember(padding: padding, body) }
            case .padding(let remaining):
                count = min(rest.count, remaining)
                try requireZeros(rest.prefix(count)) { .nonZeroPadding(offset: $0) }
                state = count == remaining ? .header : .padding(remaining: remaining - count)
            case .end(let zeros):
                count = rest.count
                try requireZeros(rest) { .dataAfterEnd(offset: $0) }
                state = .end(zeros: zeros + count)
            }
            offset += count
            rest = rest.dropFirst(count)
        }
    }

    /// As the other form, for bytes in an array.
    public mutating func feed(_ bytes: [UInt8], _ body: (TarEvent) throws -> Void) throws {
        try bytes.withUnsafeBytes { try feed($0, body) }
    }

    /// Checks, when no more bytes come, that the archive is complete.
    public func finish() throws(TarError) {
        guard case .end(let zeros) = state, zeros >= 2 * TarFormat.blockBytes else {
            throw .truncated(offset: offset)
        }
    }

    private mutating func readHeader(_ body: (TarEvent) throws -> Void) throws {
        if block.allSatisfy({ $0 == 0 }) {
            state = .end(zeros: TarFormat.blockBytes)
            return
        }
        // The header's last bytes are not counted yet.
        let start = (offset / TarFormat.blockBytes) * TarFormat.blockBytes
        let (name, size) = try TarHeader.parse(block, offset: start)
        guard names.count < maximumMembers else { throw TarError.tooManyMembers(limit: maximumMembers) }
        guard names.insert(name).inserted else { throw TarError.duplicateName(name) }
        block.removeAll(keepingCapacity: true)
        try body(.member(name: name, size: size))
        state = .content(remaining: size, padding: TarFormat.padding(after: size))
        if size == 0 { try endMember(padding: 0, body) }
    }

    private mutating func endMember(padding: Int, _ body: (TarEvent) throws -> Void) throws {
        state = padding == 0 ? .header : .padding(remaining: padding)
        try body(.endOfMember)
    }

    private func requireZeros(_ bytes: Slice<UnsafeRawBufferPointer>, _ error: (Int) -> TarError) throws(TarError) {
        if let wrong = bytes.firstIndex(where: { $0 != 0 }) { throw error(offset + wrong - bytes.startIndex) }
    }
}
