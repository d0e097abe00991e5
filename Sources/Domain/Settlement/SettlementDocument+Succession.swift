extension SettlementDocument {
    /// The document's parts for those who now stand for the party: one for a party that goes on or has one successor,
    /// one for each after a split, by their shares and to the cent together as much. Throws OUT_OF_RANGE.
    public func divided(
        among successors: [MunicipalChange.Successor]
    ) throws(Failure) -> [(recipient: PartyCode, document: SettlementDocument)] {
        var parts: [[Line]] = successors.map { _ in [] }
        for line in lines {
            var (bound, before) = (Fraction.zero, Int64(0))
            for (index, successor) in successors.enumerated() {
                bound = try bound.adding(successor.share)
                // Rounded at the bounds between shares, so that all parts together are the line.
                guard let until = (ExactFraction(line.amount) * ExactFraction(bound)).roundedHalfAway else {
                    throw Failure(.outOfRange, "the amounts of \(party) are too large to be divided")
                }
                if until != before { parts[index].append(Line(item: line.item, amount: until - before)) }
                before = until
            }
        }
        var documents: [(recipient: PartyCode, document: SettlementDocument)] = []
        for (successor, lines) in zip(successors, parts) where !lines.isEmpty {
            let total = lines.reduce(Int64(0)) { $0 + $1.amount }
            let kind: Kind = total < 0 ? .creditNote : isFirst ? .charge : .correction
            documents.append(
                (
                    successor.party,
                    SettlementDocument(party: party, kind: kind, isFirst: isFirst, lines: lines, total: total)
                ))
        }
        return documents
    }
}
