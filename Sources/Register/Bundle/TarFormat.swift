/// What writer and reader share of the ustar interchange format (POSIX.1, pax utility).
public enum TarFormat {
    /// Archives consist of blocks of this many bytes.
    public static let blockBytes = 512
    /// The most that eleven octal digits can say: one byte less than 8 GiB.
    public static let maximumMemberBytes = 0o777_7777_7777

    static let nameField = 0..<100
    static let modeField = 100..<108
    static let userField = 108..<116
    static let groupField = 116..<124
    static let sizeField = 124..<136
    static let timeField = 136..<148
    static let checksumField = 148..<156
    static let typeField = 156
    static let linkField = 157..<257
    static let magicField = 257..<265
    static let deviceMajorField = 329..<337
    static let deviceMinorField = 337..<345
    static let prefixField = 345..<500
    static let unusedField = 500..<512

    static let magic = Array("ustar\u{0}00".utf8)
    static let regularFile = UInt8(ascii: "0")

    /// Zero bytes that fill up the last block of a member.
    static func padding(after size: Int) -> Int {
        (blockBytes - size % blockBytes) % blockBytes
    }

    /// The sum of all bytes of a header, its checksum field taken as spaces.
    static func checksum(_ header: [UInt8]) -> Int {
        let sum = header.reduce(0) { $0 + Int($1) }
        let field = header[checksumField].reduce(0) { $0 + Int($1) }
        return sum - field + checksumField.count * Int(UInt8(ascii: " "))
    }

    /// Plain relative paths of printable ASCII: whatever unpacks the archive stays inside its folder.
    static func isValidName(_ name: String) -> Bool {
        let components = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
            && components.allSatisfy { component in
                !component.isEmpty && !component.elementsEqual(".".utf8) && !component.elementsEqual("..".utf8)
            }
    }
}
