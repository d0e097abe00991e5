/// Writes a ustar archive whose bytes depend on names and contents alone: mode 0644, owner 0, time 0, no user names.
///
/// Pure: it returns the bytes that go around the contents, and the caller writes both. For each member `begin`, its
/// content reported by `wrote`, and at last `finish`.
public struct TarWriter: Sendable {
    private var names: Set<String> = []
    private var current: (name: String, size: Int, written: Int)?
    private var isFinished = false

    /// A writer at the start of an archive.
    public init() {}

    /// The bytes before a member's content: the padding of the member before and the header.
    ///
    /// A name of more than 100 bytes must have a slash at which it splits into at most 155 and 100.
    public mutating func begin(name: String, size: Int) throws(TarError) -> [UInt8] {
        let padding = try endMember()
        guard (0...TarFormat.maximumMemberBytes).contains(size) else { throw .invalidSize(size) }
        guard TarFormat.isValidName(name), let (prefix, last) = Self.split(name) else { throw .invalidName(name) }
        guard names.insert(name).inserted else { throw .duplicateName(name) }
        current = (name, size, 0)
        return padding + Self.header(prefix: prefix, name: last, size: size)
    }

    /// Notes that the caller wrote so many bytes of the content.
    public mutating func wrote(_ count: Int) throws(TarError) {
        guard var member = current else { throw .sizeMismatch(name: "", announced: 0, written: count) }
        member.written += count
        guard member.written <= member.size else {
            throw .sizeMismatch(name: member.name, announced: member.size, written: member.written)
        }
        current = member
    }

    /// The bytes after the last member's content: its padding and the end mark of two zero blocks.
    public mutating func finish() throws(TarError) -> [UInt8] {
        let padding = try endMember()
        isFinished = true
        return padding + [UInt8](repeating: 0, count: 2 * TarFormat.blockBytes)
    }

    private mutating func endMember() throws(TarError) -> [UInt8] {
        guard !isFinished else { throw .alreadyFinished }
        guard let member = current else { return [] }
        guard member.written == member.size else {
            throw .sizeMismatch(name: member.name, announced: member.size, written: member.written)
        }
        current = nil
        return [UInt8](repeating: 0, count: TarFormat.padding(after: member.size))
    }

    private static func header(prefix: ArraySlice<UInt8>, name: ArraySlice<UInt8>, size: Int) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: TarFormat.blockBytes)
        func put(_ bytes: some Sequence<UInt8>, _ field: Range<Int>) {
            for (offset, byte) in zip(field, bytes) { header[offset] = byte }
        }
        func put(octal value: Int, digits: Int, _ field: Range<Int>) {
            let text = String(value, radix: 8)
            put(Array((String(repeating: "0", count: digits - text.utf8.count) + text).utf8), field)
        }
        put(name, TarFormat.nameField)
        put(prefix, TarFormat.prefixField)
        put(octal: 0o644, digits: 7, TarFormat.modeField)
        put(octal: 0, digits: 7, TarFormat.userField)
        put(octal: 0, digits: 7, TarFormat.groupField)
        put(octal: size, digits: 11, TarFormat.sizeField)
        put(octal: 0, digits: 11, TarFormat.timeField)
        put(octal: 0, digits: 7, TarFormat.deviceMajorField)
        put(octal: 0, digits: 7, TarFormat.deviceMinorField)
        put(TarFormat.magic, TarFormat.magicField)
        header[TarFormat.typeField] = TarFormat.regularFile
        put(octal: TarFormat.checksum(header), digits: 6, TarFormat.checksumField)
        header[TarFormat.checksumField.upperBound - 1] = UInt8(ascii: " ")
        return header
    }

    /// Where a long name goes into two fields; the slash between them is written in neither.
    private static func split(_ name: String) -> (prefix: ArraySlice<UInt8>, name: ArraySlice<UInt8>)? {
        let bytes = Array(name.utf8)
        if bytes.count <= TarFormat.nameField.count { return ([], bytes[...]) }
        let slash = bytes.indices.first { index in
            bytes[index] == UInt8(ascii: "/") && bytes.count - index - 1 <= TarFormat.nameField.count
        }
        guard let slash, slash <= TarFormat.prefixField.count else { return nil }
        return (bytes[..<slash], bytes[(slash + 1)...])
    }
}
