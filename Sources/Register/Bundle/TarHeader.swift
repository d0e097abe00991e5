/// The reading of one header block.
enum TarHeader {
    static func parse(_ block: [UInt8], offset: Int) throws(TarError) -> (name: String, size: Int) {
        guard block[TarFormat.magicField].elementsEqual(TarFormat.magic) else { throw .notUSTAR(offset: offset) }
        guard let sum = octal(block[TarFormat.checksumField]) else { throw .malformedField("checksum", offset: offset) }
        guard sum == TarFormat.checksum(block) else { throw .wrongChecksum(offset: offset) }
        guard block[TarFormat.typeField] == TarFormat.regularFile else {
            throw .unsupportedType(block[TarFormat.typeField], offset: offset)
        }
        guard let size = octal(block[TarFormat.sizeField]) else { throw .malformedField("size", offset: offset) }
        guard let last = text(block[TarFormat.nameField]) else { throw .malformedField("name", offset: offset) }
        guard let prefix = text(block[TarFormat.prefixField]) else { throw .malformedField("prefix", offset: offset) }
        guard text(block[TarFormat.linkField]) == "" else { throw .malformedField("link name", offset: offset) }
        guard text(block[TarFormat.unusedField]) == "" else { throw .malformedField("filler", offset: offset) }
        let name = prefix.isEmpty ? last : prefix + "/" + last
        guard TarFormat.isValidName(name) else { throw .invalidName(name) }
        return (name, size)
    }

    /// Octal digits up to a NUL or space, after which nothing but those follows.
    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.prefix { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
        let rest = field.dropFirst(digits.count)
        guard !digits.isEmpty, rest.allSatisfy({ $0 == 0 || $0 == UInt8(ascii: " ") }) else { return nil }
        return digits.reduce(0) { $0 << 3 | Int($1 - UInt8(ascii: "0")) }
    }

    /// Text up to the first NUL, after which only NULs follow: no room for anything hidden.
    private static func text(_ field: ArraySlice<UInt8>) -> String? {
        let text = field.prefix { $0 != 0 }
        guard field.dropFirst(text.count).allSatisfy({ $0 == 0 }) else { return nil }
        return String(validating: text, as: UTF8.self)
    }
}
