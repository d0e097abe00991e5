internal import Glibc

/// The eight columns of a committed line, as far as the sums need them.
///
/// No column is ever quoted: ids, times and numbers hold nothing that would need it.
struct UsageColumns {
    let application: UnsafeRawBufferPointer
    let party: UnsafeRawBufferPointer
    let metric: UnsafeRawBufferPointer
    /// Begin of the interval.
    let start: UnsafeRawBufferPointer
    let quantity: UnsafeRawBufferPointer
    /// Quantity of the record that this one supersedes; empty where it is the first of its key.
    let replaced: UnsafeRawBufferPointer

    /// Cuts a line whose first and fourth column must be these; nil where there are not exactly eight columns.
    init?(_ line: UnsafeRawBufferPointer, application: [UInt8], source: [UInt8]) {
        var rest = line
        guard Self.isFree(of: UInt8(ascii: "\""), line), Self.isFree(of: UInt8(ascii: "\r"), line),
            let first = Self.next(&rest), Self.areEqual(first, application),
            let party = Self.next(&rest), !party.isEmpty,
            let metric = Self.next(&rest),
            let fourth = Self.next(&rest), Self.areEqual(fourth, source),
            let start = Self.next(&rest), !start.isEmpty,
            let end = Self.next(&rest), !end.isEmpty,
            let quantity = Self.next(&rest),
            Self.isFree(of: UInt8(ascii: ","), rest)
        else { return nil }
        self.application = first
        self.party = party
        self.metric = metric
        self.start = start
        self.quantity = quantity
        replaced = rest
    }

    /// The bytes up to the next comma, which is skipped.
    static func next(_ rest: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let start = rest.baseAddress, let comma = memchr(start, Int32(UInt8(ascii: ",")), rest.count) else {
            return nil
        }
        let count = UnsafeRawPointer(comma) - start
        let column = UnsafeRawBufferPointer(start: start, count: count)
        rest = UnsafeRawBufferPointer(start: start + count + 1, count: rest.count - count - 1)
        return column
    }

    private static func isFree(of byte: UInt8, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return true }
        return memchr(start, Int32(byte), bytes.count) == nil
    }

    static func areEqual(_ left: UnsafeRawBufferPointer, _ right: [UInt8]) -> Bool {
        guard left.count == right.count, let start = left.baseAddress else { return false }
        return memcmp(start, right, right.count) == 0
    }
}
