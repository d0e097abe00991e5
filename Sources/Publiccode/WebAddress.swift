/// The forms of addresses, as far as the standard needs them: whether a text has the form, not where it leads.
enum WebAddress {
    /// `scheme://host…`
    static func isURL(_ text: String) -> Bool {
        guard let rest = afterScheme(text), rest.hasPrefix("//") else { return false }
        let authority = rest.dropFirst(2).prefix { !"/?#".contains($0) }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard let first = host.first, first != ":" else { return false }
        return host.contains { $0.isLetter || $0.isNumber }
    }

    static func isWebURL(_ text: String) -> Bool {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        return ["https", "http"].contains(scheme) && isURL(text)
    }

    /// `scheme:rest`; of `urn:` a namespace and a name as well.
    static func isURI(_ text: String) -> Bool {
        guard let rest = afterScheme(text) else { return false }
        if rest.hasPrefix("//") { return isURL(text) }
        guard text.lowercased().hasPrefix("urn:") else { return true }
        let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
    }

    static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, isVisible(text), !parts[0].isEmpty, text.utf8.count <= 254 else { return false }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return labels.count > 1 && labels.allSatisfy { !$0.isEmpty }
    }

    /// A path from the root of the repository that does not leave it.
    static func isPath(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return !text.hasPrefix("/") && !text.contains(":") && !text.contains("\\") && !parts.contains("..")
            && !text.unicodeScalars.contains { $0.value < 0x20 }
    }

    static func isMediaType(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { part in
                (1...127).contains(part.utf8.count)
                    && part.utf8.allSatisfy { isAlphanumeric($0) || "!#$&-^_.+".utf8.contains($0) }
            }
    }

    /// What follows a scheme and its colon; nil without, or where something in it must not be in a URI.
    private static func afterScheme(_ text: String) -> Substring? {
        guard let colon = text.firstIndex(of: ":"), isVisible(text) else { return nil }
        let scheme = text[..<colon].utf8
        guard let first = scheme.first, isAlphanumeric(first), !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            scheme.allSatisfy({ isAlphanumeric($0) || "+-.".utf8.contains($0) })
        else { return nil }
        let rest = text[text.index(after: colon)...]
        return rest.isEmpty ? nil : rest
    }

    private static func isVisible(_ text: String) -> Bool {
        !text.unicodeScalars.contains {
            $0.value <= 0x20 || $0.value == 0x7F || "<>\"{}|\\^`".unicodeScalars.contains($0)
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
