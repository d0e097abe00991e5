public import API

extension RegisterEntry.OneOf_Change {
    /// The name of the change in the schema: that of its case, as the schema spells it.
    public var kind: String {
        var name: [UInt8] = []
        for letter in (Mirror(reflecting: self).children.first?.label ?? "").utf8 {
            let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter)
            if isCapital { name.append(UInt8(ascii: "_")) }
            name.append(isCapital ? letter | 0x20 : letter)
        }
        return String(decoding: name, as: UTF8.self)
    }
}
