/// A JSON document (`jsonb`), as text: what it means is the reader's business.
///
/// The server keeps the value, not the text: spaces, the order of keys and repeated keys are lost.
public struct SQLJSON: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    @inlinable
    public init(text: String) { self.text = text }

    public var description: String { text }

    /// The version of the binary form, a byte before the text.
    @usableFromInline static let version: UInt8 = 1
}

extension SQLJSON: SQLEncodable, SQLDecodable, SQLArrayElement {
    @inlinable public static var sqlType: SQLType { .jsonb }
    @inlinable public static var sqlArrayType: SQLType { .jsonbArray }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) {
        encoder.append(SQLJSON.version)
        encoder.append(text)
    }

    /// Reads `jsonb`, and `json` columns where the type is known.
    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> SQLJSON {
        if cell.type == .json { return SQLJSON(text: try String.decode(cell)) }
        try cell.expect(.jsonb)
        let bytes = try cell.required()
        guard bytes.first == version else { throw .malformed("jsonb of an unknown version") }
        let rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        guard let text = String(validating: rest.bindMemory(to: UInt8.self), as: UTF8.self) else {
            throw .malformed("jsonb that is not UTF-8")
        }
        return SQLJSON(text: text)
    }
}
