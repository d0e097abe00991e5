/// All changes of municipalities, to find who stands for a party later and whose figures make up a party's.
public struct MunicipalHistory: Sendable, Hashable {
    private let byPredecessor: [PartyCode: MunicipalChange]
    private let bySuccessor: [PartyCode: [MunicipalChange]]

    /// Throws INVALID_FIELD naming `<field>[i]` if a party ends twice, or ends before it took over from another.
    public init(_ changes: [MunicipalChange], field: String = "changes") throws(Failure) {
        var byPredecessor: [PartyCode: MunicipalChange] = [:]
        var bySuccessor: [PartyCode: [MunicipalChange]] = [:]
        for (index, change) in changes.enumerated() {
            guard byPredecessor.updateValue(change, forKey: change.predecessor) == nil else {
                throw .invalid("\(field)[\(index)].predecessor", "names \(change.predecessor), which has ended already")
            }
            for successor in change.successors { bySuccessor[successor.party, default: []].append(change) }
        }
        // Days only rise along a chain of successors, so that there is no circle.
        for (index, change) in changes.enumerated() {
            for successor in change.successors {
                guard let later = byPredecessor[successor.party], later.day <= change.day else { continue }
                throw .invalid(
                    "\(field)[\(index)].successors",
                    "names \(successor.party), which ended on \(later.day), not after \(change.day)")
            }
        }
        self.byPredecessor = byPredecessor
        self.bySuccessor = bySuccessor.mapValues { $0.sorted { $0.predecessor < $1.predecessor } }
    }

    /// Who stands for the party on the day, with exact shares that sum to 1, by ascending code; the party itself as
    /// long as it has not ended. Throws OUT_OF_RANGE if the shares of a long chain do not fit.
    public func successors(of party: PartyCode, on day: CivilDate) throws(Failure) -> [MunicipalChange.Successor] {
        var open: [(PartyCode, Fraction)] = [(party, .one)]
        var shares: [PartyCode: Fraction] = [:]
        while let (party, share) = open.popLast() {
            guard let change = byPredecessor[party], change.day <= day else {
                shares[party] = try (shares[party] ?? .zero).adding(share)
                continue
            }
            for successor in change.successors {
                open.append((successor.party, try share.multiplied(by: successor.share)))
            }
        }
        return shares.sorted { $0.key < $1.key }.map { MunicipalChange.Successor($0.key, $0.value) }
    }

    /// The first day on which a party no longer exists; `nil` if nothing has ended it.
    public func end(of party: PartyCode) -> CivilDate? { byPredecessor[party]?.day }

    /// The parties themselves and all in whose place they have come by a day, by ascending code.
    public func origins(of parties: some Sequence<PartyCode>, until day: CivilDate) -> [PartyCode] {
        var found: Set<PartyCode> = []
        var open = Array(parties)
        while let party = open.popLast() {
            guard found.insert(party).inserted else { continue }
            for change in bySuccessor[party] ?? [] where change.day <= day { open.append(change.predecessor) }
        }
        return found.sorted()
    }

    /// A party's figure of a reference date before it took over from others: its own, and all of theirs, added up.
    ///
    /// Nobody's figure is divided: where a predecessor was split, the statistical office has to say who has how many,
    /// and the party needs a figure of its own. `nil` if a figure is missing then, so that the allocation asks for it.
    public func figure(
        of party: PartyCode, on reference: CivilDate, chargedOn day: CivilDate, own: (PartyCode) -> KeyFigureValue?
    ) throws(Failure) -> (quantity: Quantity, source: String)? {
        let joined = (bySuccessor[party] ?? []).filter { $0.day > reference && $0.day <= day }
        let value = own(party)
        // A figure of the new area as of the old day (rückgerechnet) stands alone: its predecessors have none then.
        if let value, joined.allSatisfy({ own($0.predecessor) == nil }) { return (value.quantity, value.provenance) }
        guard !joined.isEmpty, joined.allSatisfy({ $0.successors.count == 1 }) else { return nil }
        var sum = value?.quantity
        var names = value.map { ["\(party): \($0.provenance)"] } ?? []
        for change in joined {
            guard let part = try figure(of: change.predecessor, on: reference, chargedOn: change.day, own: own) else {
                return nil
            }
            sum = try sum.map { (sum) throws(Failure) -> Quantity in try sum.adding(part.quantity) } ?? part.quantity
            names.append("\(change.predecessor): \(part.source)")
        }
        return sum.map { ($0, "sum of " + names.joined(separator: ", ")) }
    }
}
