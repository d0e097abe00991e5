/// What has been issued to each party, item by item, and what is still to be issued to come to a calculation.
///
/// A closed period is never calculated anew in place: whatever is learned later (a back-dated revision, late usage, a
/// corrected cost, a member who joined or left) comes as the difference to what was issued.
public struct IssuedAmounts: Sendable, Hashable {
    private var amounts: [PartyCode: [OpenItem: Int64]] = [:]

    public init() {}

    /// What documents have asked for so far; several amounts of one item add up. Throws OUT_OF_RANGE.
    public init(_ amounts: [(party: PartyCode, item: OpenItem, amount: Int64)]) throws(Failure) {
        for (party, item, amount) in amounts {
            self.amounts[party, default: [:]][item] = try Self.sum([self.amount(of: party, for: item), amount])
        }
    }

    /// The items for which something was issued, also where it was given back again.
    public var items: Set<OpenItem> { amounts.values.reduce(into: []) { $0.formUnion($1.keys) } }

    /// What was issued to the party for the item, all documents together.
    public func amount(of party: PartyCode, for item: OpenItem) -> Int64 { amounts[party]?[item] ?? 0 }

    /// What was issued to the party, all items together. Throws OUT_OF_RANGE.
    public func total(of party: PartyCode) throws(Failure) -> Int64 {
        try Self.sum((amounts[party] ?? [:]).values)
    }

    /// Notes documents as issued. Throws OUT_OF_RANGE.
    public mutating func issue(_ documents: [SettlementDocument]) throws(Failure) {
        for document in documents {
            for line in document.lines {
                let sum = try Self.sum([amount(of: document.party, for: line.item), line.amount])
                amounts[document.party, default: [:]][line.item] = sum
            }
        }
    }

    /// The documents that bring every party to the calculation, by ascending party; who is even gets none.
    ///
    /// `calculated` holds all amounts of the items it names: a party that it leaves out owes nothing for them. Items
    /// that it does not name stay as they are. Throws OUT_OF_RANGE.
    public func documents(
        toReach calculated: [OpenItem: [PartyCode: Int64]]
    ) throws(Failure) -> [SettlementDocument] {
        var lines: [PartyCode: [SettlementDocument.Line]] = [:]
        for item in calculated.keys.sorted() {
            let wanted = calculated[item] ?? [:]
            let parties = Set(wanted.keys).union(amounts.keys.filter { amounts[$0]?[item] != nil })
            for party in parties {
                let (difference, overflow) = (wanted[party] ?? 0).subtractingReportingOverflow(
                    amount(of: party, for: item))
                guard !overflow else { throw Self.tooLarge }
                if difference != 0 { lines[party, default: []].append(.init(item: item, amount: difference)) }
            }
        }
        var documents: [SettlementDocument] = []
        for party in lines.keys.sorted() {
            let own = lines[party] ?? []
            let total = try Self.sum(own.map(\.amount))
            let isFirst = own.allSatisfy { amounts[party]?[$0.item] == nil }
            let kind: SettlementDocument.Kind = total < 0 ? .creditNote : isFirst ? .charge : .correction
            documents.append(
                SettlementDocument(party: party, kind: kind, isFirst: isFirst, lines: own, total: total))
        }
        return documents
    }

    private static var tooLarge: Failure { Failure(.outOfRange, "the amounts of a party are too large to be added up") }

    private static func sum(_ amounts: some Sequence<Int64>) throws(Failure) -> Int64 {
        guard let sum = Int64(exactly: amounts.reduce(Int128(0)) { $0 + Int128($1) }) else { throw tooLarge }
        return sum
    }
}
