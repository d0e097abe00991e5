/// What an import of key figures would change, row by row, before anything is stored.
///
/// Values that stay the same are not recorded again. A value that was final is only replaced by one that says REVISED.
public struct KeyFigureImport: Sendable, Hashable {
    /// A value that replaces another.
    public struct Change: Sendable, Hashable {
        public let old: KeyFigureValue
        public let new: KeyFigureValue
    }

    /// A row that cannot be taken, with the reason.
    public struct Rejection: Sendable, Hashable {
        /// Counted from 1, the heading included; 0 for a file without rows of its own.
        public let line: Int
        public let failure: Failure
    }

    /// Values of a party, kind and day that had none.
    public private(set) var added: [KeyFigureValue] = []
    public private(set) var changed: [Change] = []
    /// How many were there already with the same quantity and status.
    public private(set) var unchanged = 0
    /// Known values of the same kinds and days that the import does not mention: municipalities that are gone, or rows
    /// that were forgotten. They stay as they are.
    public private(set) var notMentioned: [KeyFigureValue] = []
    /// Parties that the register of parties does not know; figures of theirs are left out.
    public private(set) var unknownParties: [PartyCode] = []
    /// By ascending line.
    public private(set) var rejected: [Rejection] = []

    /// Compares what comes with what is known. Rows come with the line they stand in.
    public init(
        _ rows: [(line: Int, value: KeyFigureValue)], rejected: [Rejection] = [], known: [KeyFigureValue],
        parties: Set<PartyCode>
    ) {
        struct Key: Hashable {
            let party: PartyCode
            let reference: KeyFigureReference
        }
        var current: [Key: KeyFigureValue] = [:]
        for value in known { current[Key(party: value.party, reference: value.reference)] = value }
        self.rejected = rejected
        var seen: [Key: Int] = [:]
        var unknown: Set<PartyCode> = []
        for (line, value) in rows {
            let key = Key(party: value.party, reference: value.reference)
            if let first = seen.updateValue(line, forKey: key) {
                let why =
                    "has a second \(value.reference.kind.unit) of \(value.reference.day); the first is in line \(first)"
                self.rejected.append(Rejection(line: line, failure: .invalid("party", "\(value.party) \(why)")))
            } else if !parties.contains(value.party) {
                unknown.insert(value.party)
            } else if let old = current[key] {
                take(value, old, line)
            } else {
                added.append(value)
            }
        }
        let references = Set(rows.map(\.value.reference))
        notMentioned = known.filter { value in
            references.contains(value.reference) && seen[Key(party: value.party, reference: value.reference)] == nil
        }
        .sorted { $0.party < $1.party }
        unknownParties = unknown.sorted()
        self.rejected.sort { $0.line < $1.line }
    }

    private mutating func take(_ value: KeyFigureValue, _ old: KeyFigureValue, _ line: Int) {
        if old.quantity.order(against: value.quantity) == 0, old.status == value.status {
            unchanged += 1
        } else if value.status.mayFollow(old.status) {
            changed.append(Change(old: old, new: value))
        } else {
            let why =
                "cannot become \(value.status.rawValue) with \(value.quantity): it is \(old.status.rawValue) with "
                + "\(old.quantity); a correction of a final value must say REVISED"
            rejected.append(Rejection(line: line, failure: .invalid("status", why)))
        }
    }

    /// The values to record, added ones first, each group in the order of the rows.
    public var toRecord: [KeyFigureValue] { added + changed.map(\.new) }

    /// What happened, in one sentence.
    public var summary: String {
        "\(added.count) added, \(changed.count) changed, \(unchanged) unchanged, \(notMentioned.count) not mentioned, "
            + "\(unknownParties.count) of unknown parties, \(rejected.count) rejected"
    }
}

extension KeyFigureImport {
    /// Imports a kind of figure from the directory. `day` is the reference date of its figures, which the file itself
    /// does not tell; `codes` has the registered parties by ARS, and by AGS for those that are known by it.
    public init(
        _ directory: MunicipalDirectory, kind: KeyFigureKind, on day: CivilDate, status: KeyFigureValue.Status,
        known: [KeyFigureValue], codes: [String: PartyCode]
    ) throws(Failure) {
        let reference = KeyFigureReference(kind: kind, day: day)
        var rows: [(line: Int, value: KeyFigureValue)] = []
        for municipality in directory.municipalities {
            // The directory lists all of Germany; parties that nobody registered are no fault of the file.
            guard let party = codes[municipality.ars.text] ?? codes[municipality.ars.ags] else { continue }
            guard let quantity = municipality.figure(kind) else {
                throw .invalid("kind", "must be one that the directory has: inhabitants or area, not \(kind.rawValue)")
            }
            let value = try KeyFigureValue(
                party: party, reference: reference, quantity: quantity, status: status,
                source: "Destatis, Gemeindeverzeichnis GV100AD of \(directory.asOf)")
            rows.append((0, value))
        }
        self.init(rows, known: known, parties: Set(codes.values))
    }
}
