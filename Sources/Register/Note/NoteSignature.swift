/// One signature line of a note: `— name base64(key id ‖ signature)`.
public struct NoteSignature: Sendable, Hashable {
    /// Key name.
    public let name: String
    /// Identifies the key among those of the same name.
    public let keyID: UInt32
    /// The signature proper: 64 bytes for Ed25519; other algorithms are carried along unread.
    public let bytes: [UInt8]

    init(name: String, keyID: UInt32, bytes: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.bytes = bytes
    }

    /// An em dash and a space, in UTF-8.
    private static let prefix: [UInt8] = [0xE2, 0x80, 0x94, 0x20]
    private static let keyIDByteCount = 4

    /// Reads one line without its newline; `number` is for the error.
    init(line: ArraySlice<UInt8>, number: Int) throws(NoteError) {
        guard line.starts(with: Self.prefix) else { throw .malformedSignatureLine(line: number) }
        let rest = line.dropFirst(Self.prefix.count)
        guard let space = rest.firstIndex(of: UInt8(ascii: " ")) else { throw .malformedSignatureLine(line: number) }
        let name = String(decoding: rest[..<space], as: UTF8.self)
        guard KeyName.isValid(name) else { throw .invalidKeyName(name) }
        guard let decoded = Base64.decode(rest[(space + 1)...]), decoded.count > Self.keyIDByteCount else {
            throw .malformedSignature(line: number)
        }
        self.name = name
        keyID = decoded.prefix(Self.keyIDByteCount).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        bytes = Array(decoded.dropFirst(Self.keyIDByteCount))
    }

    /// The line with its newline.
    public var line: String {
        let id = withUnsafeBytes(of: keyID.bigEndian) { Array($0) }
        return "— \(name) \(Base64.encode(id + bytes))\n"
    }
}
