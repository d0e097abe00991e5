/// Custom metadata of a call: names in lower case, in the order they were added; a name may occur more than once.
///
/// Names that end in `-bin` carry arbitrary bytes; they are kept as bytes and travel in base64.
public struct Metadata: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public let name: String
        /// The bytes as sent: ASCII text, or what a `-bin` name carries.
        public let value: [UInt8]
    }

    public private(set) var entries: [Entry] = []

    public init() {}

    public var isEmpty: Bool { entries.isEmpty }

    /// Adds text. Bytes outside printable ASCII are not allowed in HTTP fields: they are replaced by "?".
    public mutating func add(_ name: String, _ value: String) {
        let safe = value.utf8.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
        entries.append(Entry(name: name.lowercased(), value: safe))
    }

    /// Adds bytes under a name that ends in `-bin`.
    public mutating func addBinary(_ name: String, _ value: [UInt8]) {
        precondition(name.hasSuffix("-bin"), "the name of binary metadata ends in -bin")
        entries.append(Entry(name: name.lowercased(), value: value))
    }

    /// The text of the first entry of that name.
    public subscript(name: String) -> String? {
        entries.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// The bytes of the first entry of that name, which ends in `-bin`.
    public func binary(_ name: String) -> [UInt8]? {
        entries.first { $0.name == name }?.value
    }

    /// Takes one field from the wire; several base64 values of one `-bin` field are separated by commas.
    /// - Returns: false when a `-bin` value is not base64.
    mutating func receive(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = String(decoding: name, as: UTF8.self)
        guard text.hasSuffix("-bin") else {
            entries.append(Entry(name: text, value: Array(value)))
            return true
        }
        for part in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let bytes = Base64.decode(part) else { return false }
            entries.append(Entry(name: text, value: bytes))
        }
        return true
    }
}
