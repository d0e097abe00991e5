/// Names and fixed texts of an audit bundle (docs/formats/audit-bundle.md).
public enum BundleFormat {
    /// The format and its version, as the manifest states it.
    public static let identifier = "allmende-audit-bundle/1"
    /// The first member: what this is, for people.
    public static let readmeName = "README.txt"
    /// The second member: the signed checkpoint.
    public static let checkpointName = "checkpoint"
    /// The third member: all entries, each after its length.
    public static let entriesName = "entries.binpb"
    /// The last member: every other one with its digest, and the sums.
    public static let manifestName = "manifest.json"

    static let usageFolder = "usage"
    static let settlementFolder = "settlements"
    /// First line of a usage member, with its line end. The first eight columns are the committed line.
    static let usageHeader = Array(
        "application,party,metric,source,interval_start,interval_end,quantity,replaces,salt,leaf_hash\r\n".utf8)
    /// First line of a settlement member, with its line end.
    static let settlementHeader = Array(
        "pool,party,amount,currency,key,weight,ratio,unit,quantity,source,component_amount\r\n".utf8)
    /// What the manifest says about completeness: the root is computed from all leaves, none can be left out.
    static let completeness = "all entries from 0 to size"

    private static let originPrefix = "allmende/"
    private static let generationMark = "/generation/"
    private static let positionDigits = 12

    /// The member with the rows of the batch whose entry stands at a position of the register.
    public static func usageName(position: Int) -> String {
        name(usageFolder, position)
    }

    /// The member with the lines of the settlement whose entry stands at a position of the register.
    public static func settlementName(position: Int) -> String {
        name(settlementFolder, position)
    }

    /// Whether a member is named like one of usage or of a settlement.
    static func isContent(_ name: String) -> Bool {
        name.utf8.starts(with: (usageFolder + "/").utf8) || name.utf8.starts(with: (settlementFolder + "/").utf8)
    }

    /// The origin line of a register's checkpoints, for example `allmende/consortia/itzgrund`. A register that went on
    /// after a loss is another log: `allmende/consortia/itzgrund/generation/1`.
    public static func origin(register: String, generation: Int = 0) -> String {
        originPrefix + register + (generation == 0 ? "" : generationMark + String(generation))
    }

    /// The register whose checkpoints bear an origin; nil where the origin is no register's.
    public static func register(origin: String) -> String? {
        guard origin.utf8.starts(with: originPrefix.utf8), origin.utf8.count > originPrefix.utf8.count else {
            return nil
        }
        let name = origin.dropFirst(originPrefix.count)
        // A register's name is platform or consortia/{consortium}: no third part can be its own.
        guard let mark = name.ranges(of: generationMark).last, Int32(name[mark.upperBound...]) != nil,
            name[..<mark.lowerBound] == "platform" || name[..<mark.lowerBound].contains("/")
        else { return String(name) }
        return String(name[..<mark.lowerBound])
    }

    /// Bytes that an entry of so many bytes takes in `entries.binpb`, its length included.
    public static func framedByteCount(entry byteCount: Int) -> Int {
        Varint.byteCount(byteCount) + byteCount
    }

    /// The text of `README.txt`: the verifier expects it to the byte, so nothing can be slipped in here.
    static func readme(register: String, size: Int) -> [UInt8] {
        let lines = [
            "Audit bundle of the register \(register) at size \(size), format \(identifier).",
            "Here are its signed checkpoint, all its entries, and the usage and settlements that they commit to.",
            "Verify it offline: the command \"allmende verify\" needs this file and the register's public key only.",
            "How to do the same with openssl and sha256sum is written in docs/formats/audit-bundle.md of the project.",
            "manifest.json lists every file with size and SHA-256, and the sums of usage and settlements.",
        ]
        return lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    }

    private static func name(_ folder: String, _ position: Int) -> String {
        let digits = String(position)
        return "\(folder)/\(String(repeating: "0", count: max(0, positionDigits - digits.utf8.count)))\(digits).csv"
    }
}
