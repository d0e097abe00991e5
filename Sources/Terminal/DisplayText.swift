/// Text as it lies in the cells of a terminal.
enum DisplayText {
    /// Cells that a text takes: one for each character a person sees. Names of German bodies need no wider ones.
    static func width(_ text: String) -> Int { text.count }

    /// The text with blanks on one side up to `width` cells.
    static func padded(_ text: String, to width: Int, alignment: Table.Alignment) -> String {
        let blanks = String(repeating: " ", count: max(0, width - self.width(text)))
        return alignment == .left ? text + blanks : blanks + text
    }

    /// The text without control characters: what a server sends must neither break a line nor steer the terminal.
    static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "?" : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    }
}
