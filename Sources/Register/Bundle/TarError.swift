/// Why an archive cannot be written or is refused. Offsets count bytes from the start of the archive.
public enum TarError: Error, Sendable, Equatable {
    /// Not a plain relative path of printable ASCII that fits a ustar header.
    case invalidName(String)
    /// A second member of this name.
    case duplicateName(String)
    /// Negative, or above `TarFormat.maximumMemberBytes`.
    case invalidSize(Int)
    /// The content handed over is not as long as announced.
    case sizeMismatch(name: String, announced: Int, written: Int)
    /// The archive was finished before.
    case alreadyFinished
    /// The header at this offset is not in ustar format.
    case notUSTAR(offset: Int)
    /// The header's checksum is wrong.
    case wrongChecksum(offset: Int)
    /// A field of the header is malformed.
    case malformedField(String, offset: Int)
    /// Neither a regular file nor the end of the archive.
    case unsupportedType(UInt8, offset: Int)
    /// More members than the reader's limit.
    case tooManyMembers(limit: Int)
    /// Bytes that fill up a block are not zero.
    case nonZeroPadding(offset: Int)
    /// The archive ends inside a member or before its end mark.
    case truncated(offset: Int)
    /// Something follows the end mark, or its second block is missing.
    case dataAfterEnd(offset: Int)
}

extension TarError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidName(let name): "\"\(name)\" is not a valid member name"
        case .duplicateName(let name): "there are two members named \"\(name)\""
        case .invalidSize(let size): "a member cannot have \(size) bytes"
        case .sizeMismatch(let name, let announced, let written):
            "member \"\(name)\" was announced with \(announced) bytes and has \(written)"
        case .alreadyFinished: "the archive is finished"
        case .notUSTAR(let offset): "no ustar header at byte \(offset)"
        case .wrongChecksum(let offset): "the header at byte \(offset) has a wrong checksum"
        case .malformedField(let field, let offset): "the header at byte \(offset) has a malformed \(field)"
        case .unsupportedType(let type, let offset): "the member at byte \(offset) is of type \(type), not a file"
        case .tooManyMembers(let limit): "the archive has more than \(limit) members"
        case .nonZeroPadding(let offset): "padding at byte \(offset) is not zero"
        case .truncated(let offset): "the archive breaks off at byte \(offset)"
        case .dataAfterEnd(let offset): "data after the end mark at byte \(offset)"
        }
    }
}
