internal import Domain

/// Invented usage of a year, the same at every run: contiguous intervals and small counts for each party.
struct UsageGenerator {
    private let year: Int
    private let metric: String
    private let records: Int64
    private let first: Int64
    private let seconds: Int64

    /// - Parameter records: how many for each party; at most one for each second of the year.
    /// - Throws: `CommandFailure` for a year or a number that cannot be.
    init(year: Int, metric: String, records: Int) throws {
        guard let start = CivilDate(year: year, month: 1, day: 1), let end = start.adding(months: 12) else {
            throw CommandFailure("There is no year \(year) to make usage for.")
        }
        seconds = Int64(end.daysSinceEpoch - start.daysSinceEpoch) * 86_400
        guard (1...Int(seconds)).contains(records) else {
            throw CommandFailure("The year \(year) has room for 1 to \(seconds) records of a party.")
        }
        self.year = year
        self.metric = metric
        self.records = Int64(records)
        first = Int64(start.daysSinceEpoch) * 86_400
    }

    /// The header of the CSV.
    static var header: [UInt8] {
        Array((UsageLineParser.Column.allCases.map(\.rawValue).joined(separator: ",") + "\r\n").utf8)
    }

    /// The lines of one party, given out in pieces of some ten thousand lines.
    func write(party: String, _ output: ([UInt8]) throws -> Void) rethrows {
        var numbers = SplitMix64(seed: party.utf8.reduce(UInt64(year)) { $0 &* 31 &+ UInt64($1) })
        let prefix = Array("\(party),\(metric),".utf8)
        var piece: [UInt8] = []
        for index in 0..<records {
            piece.append(contentsOf: prefix)
            Self.append(instant(index), to: &piece)
            piece.append(UInt8(ascii: ","))
            Self.append(instant(index + 1), to: &piece)
            piece.append(contentsOf: ",\(1 + numbers.next() % 4)\r\n".utf8)
            if piece.count > 1 << 20 {
                try output(piece)
                piece.removeAll(keepingCapacity: true)
            }
        }
        try output(piece)
    }

    /// Where the interval begins: evenly over the year, on whole minutes where there is room.
    private func instant(_ index: Int64) -> Int64 {
        let exact = index * seconds / records
        return first + (seconds / records >= 60 ? exact / 60 * 60 : exact)
    }

    private static func append(_ seconds: Int64, to bytes: inout [UInt8]) {
        Instant(seconds: seconds)?.append(to: &bytes)
    }
}

/// Numbers that look like chance and are the same at every run (Steele, Lea and Flood, OOPSLA 2014).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
