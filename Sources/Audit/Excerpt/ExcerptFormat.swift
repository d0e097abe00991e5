internal import Register

/// Names and fixed texts of an excerpt (docs/formats/audit-excerpt.md). What it has in common with a bundle stands in
/// `BundleFormat`.
public enum ExcerptFormat {
    /// The format and its version, as the manifest states it.
    public static let identifier = "allmende-audit-excerpt/1"
    /// The third member: which rows are shown.
    public static let selectionName = "selection.json"
    /// The fourth member: the hashes that stand for the entries that are not shown.
    public static let nodesName = "nodes.csv"

    /// First line of the member of hashes, with its line end.
    static let nodesHeader = Array("first_entry,entries,hash\r\n".utf8)
    /// First line of a member of usage, with its line end: a bundle's, behind the place in the batch.
    static let usageHeader = Array("first_row,rows,".utf8) + BundleFormat.usageHeader
    /// What the manifest says about completeness: other rows that fit may exist.
    static let completeness = "inclusion only"

    /// The committed line of rows that are not shown: eight empty columns.
    static let hiddenLine = [UInt8](repeating: UInt8(ascii: ","), count: 7)

    /// What follows the place of rows that are not shown: that line and the empty column of the salt.
    static let hiddenStart = hiddenLine + Array(",,".utf8)

    private static let readmeStart = "Audit excerpt of the register "

    /// Whether an archive that begins with these bytes, a header and some of the first member, is an excerpt.
    static func isExcerpt(_ archive: some Collection<UInt8>) -> Bool {
        archive.dropFirst(TarFormat.blockBytes).starts(with: readmeStart.utf8)
    }

    /// Bytes after which `isExcerpt` can tell.
    static let recognisable = TarFormat.blockBytes + readmeStart.utf8.count

    /// The text of `README.txt`, which the verifier expects to the byte.
    static func readme(register: String, size: Int) -> [UInt8] {
        let lines = [
            readmeStart + "\(register) at size \(size), format \(identifier).",
            "Here are rows of usage as selection.json describes them, the entries that commit to them, and hashes in "
                + "place of all else.",
            "It proves that these rows were recorded; it does not prove that there are no others.",
            "Verify it offline: the command \"allmende verify\" needs this file and the register's public key only.",
            "The format is written down in docs/formats/audit-excerpt.md of the project.",
        ]
        return lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    }
}
