internal import Register

/// What follows the committed line of a usage row: `,salt,hash` in lower-case hexadecimal digits. Its length is fixed,
/// so that the line is found from the end, whatever stands in it.
enum RowTail {
    static let comma = UInt8(ascii: ",")
    static let firstComma = 0
    static let salt = 1..<(1 + 2 * RowSalt.byteCount)
    static let secondComma = salt.upperBound
    static let hash = (secondComma + 1)..<(secondComma + 1 + 2 * Hash.byteCount)
    static let byteCount = hash.upperBound
}
