/// A value per party, in arrays by ascending party code: read in step with the members of an allocation, not by hash.
public struct ByParty<Value: Sendable & Hashable>: Sendable, Hashable {
    /// Ascending, each once.
    public let parties: [PartyCode]
    /// The value of the party at the same position.
    public let values: [Value]

    public init(_ values: [PartyCode: Value]) {
        let sorted = values.sorted { $0.key < $1.key }
        parties = sorted.map(\.key)
        self.values = sorted.map(\.value)
    }

    private init(parties: [PartyCode], values: [Value]) {
        self.parties = parties
        self.values = values
    }

    public var isEmpty: Bool { parties.isEmpty }
    public var count: Int { parties.count }

    /// The party's value, or `nil` if it has none.
    public subscript(party: PartyCode) -> Value? {
        var range = parties.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if parties[middle] == party { return values[middle] }
            range = parties[middle] < party ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    /// The same parties with other values.
    public func mapValues<Other>(_ transform: (Value) throws -> Other) rethrows -> ByParty<Other> {
        ByParty<Other>(parties: parties, values: try values.map(transform))
    }

    /// Where each of the members stands in `values`, -1 for one without a value; `members` ascend.
    func positions(of members: [PartyCode]) -> [Int] {
        // The usual case, and a quick one: every member has a value and nobody else has.
        if parties == members { return Array(parties.indices) }
        var positions = [Int](repeating: -1, count: members.count)
        var position = 0
        for (index, member) in members.enumerated() {
            while position < parties.count, parties[position] < member { position += 1 }
            guard position < parties.count else { break }
            if parties[position] == member { positions[index] = position }
        }
        return positions
    }
}

extension ByParty: ExpressibleByDictionaryLiteral {
    /// Where a party stands twice, its last value counts.
    public init(dictionaryLiteral elements: (PartyCode, Value)...) {
        self.init(Dictionary(elements) { _, last in last })
    }
}
