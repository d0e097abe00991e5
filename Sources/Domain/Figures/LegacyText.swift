/// Text of statistical offices, whose files come as UTF-8, ISO-8859-1 or code page 850 without saying so.
enum LegacyText {
    /// 0x80…0xFF of code page 850.
    private static let codePage850 = Array(
        ("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ"
            + "┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}").unicodeScalars)

    /// The text's lines without their ends; one Unicode scalar stands for one column of a fixed-width record.
    ///
    /// Whatever is valid UTF-8 is taken for it. Else a byte of 0x80…0x9F tells code page 850, which has the German
    /// umlauts there, from ISO-8859-1, which has control characters there.
    static func lines(_ bytes: [UInt8]) -> [[Unicode.Scalar]] {
        let text = String(validating: bytes, as: UTF8.self)
        if let text {
            let scalars = text.unicodeScalars.drop { $0 == "\u{FEFF}" }
            return scalars.split(omittingEmptySubsequences: false, whereSeparator: isEnd).map(trimmed)
        }
        let is850 = bytes.contains { (0x80...0x9F).contains($0) }
        let scalars = bytes.map { byte in
            is850 && byte >= 0x80 ? codePage850[Int(byte) - 0x80] : Unicode.Scalar(byte)
        }
        return scalars.split(omittingEmptySubsequences: false, whereSeparator: isEnd).map(trimmed)
    }

    private static func isEnd(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" }

    private static func trimmed(_ line: some Collection<Unicode.Scalar>) -> [Unicode.Scalar] {
        let line = Array(line)
        // 0x1A ends files of DOS.
        return line.last == "\r" || line.last == "\u{1A}" ? line.dropLast() : line
    }

    /// The columns, counted from 1 and inclusive as record layouts do, without blanks at their ends.
    static func field(_ line: [Unicode.Scalar], _ columns: ClosedRange<Int>) -> String {
        guard columns.lowerBound <= line.count else { return "" }
        let slice = line[(columns.lowerBound - 1)..<min(columns.upperBound, line.count)]
        var text = String.UnicodeScalarView()
        text.append(contentsOf: slice)
        return String(String(text)[...].trimmingBlanks())
    }
}
