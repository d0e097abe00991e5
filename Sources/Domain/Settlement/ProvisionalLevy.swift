/// What each party pays of a pool until there is a budget: the rates of the last settlement times the key figures of
/// now (RVR-Gesetz § 19). What no key figure decides, such as a fixed sum or a part by usage, stays as it was.
public struct ProvisionalLevy: Sendable, Hashable {
    /// One part of a line.
    public struct Part: Sendable, Hashable {
        /// In words: `by inhabitants on 2012-12-31 at the last rate`, `by case as in the last settlement`.
        public let phrase: String
        /// What the figure counts; empty where the part stays as it was.
        public let unit: String
        /// The party's figure of now.
        public let quantity: Quantity?
        /// Where the figure stands.
        public let source: String
        public let amount: Int64
    }

    public struct Line: Sendable, Hashable {
        public let party: PartyCode
        public let amount: Int64
        public let parts: [Part]
    }

    /// By ascending party.
    public let lines: [Line]

    /// The sum is whatever the rates bring in. A member that was none before pays by its key figures; who has left pays
    /// nothing. Throws MISSING_KEY_FIGURE, INVALID_FIELD or OUT_OF_RANGE.
    public init(
        at last: Allocation, members: [PartyCode], year: Int, keyFigures: [KeyFigureReference: PartyFigures]
    ) throws(Failure) {
        let members = members.sorted()
        var parts: [PartyCode: [Part]] = [:]
        for (index, component) in last.components.enumerated() {
            if case .keyFigure(let kind, let rule) = component.component.measure {
                let reference = KeyFigureReference(kind: kind, day: try rule.day(forYear: year))
                let figures = keyFigures[reference] ?? .none
                let levy = try Self.levy(last, index, members, figures, reference)
                for party in members {
                    guard let amount = levy[party] else { continue }
                    parts[party, default: []].append(
                        Part(
                            phrase: "by \(kind.unit) on \(reference.day) at the last rate", unit: kind.unit,
                            quantity: figures[party], source: figures.source(of: party), amount: amount))
                }
            } else {
                Self.keep(.component(index), component.phrase, last, members, &parts)
            }
        }
        for (source, phrase): (AllocationPart.Source, String) in [
            (.precharge, "pre-charge"), (.fixed, "fixed sum"), (.floor, "floor"),
        ] { Self.keep(source, phrase, last, members, &parts) }
        var lines: [Line] = []
        for party in members {
            let own = parts[party] ?? []
            guard let amount = Int64(exactly: own.reduce(Int128(0)) { $0 + Int128($1.amount) }) else {
                throw Failure(.outOfRange, "the provisional levy of \(party) is too large")
            }
            lines.append(Line(party: party, amount: amount, parts: own))
        }
        self.lines = lines
    }

    private static func levy(
        _ last: Allocation, _ index: Int, _ members: [PartyCode], _ figures: PartyFigures,
        _ reference: KeyFigureReference
    ) throws(Failure) -> [PartyCode: Int64] {
        let component = last.components[index]
        var charged: [PartyCode: Quantity] = [:]
        for party in members {
            if case .parties(let scope) = component.component.scope, !scope.contains(party) { continue }
            guard let figure = figures[party] else {
                throw Failure(
                    .missingKeyFigure, "no \(reference.kind.unit) of \(party) on \(reference.day); record them first"
                ).with("parties", party.text)
            }
            charged[party] = figure
        }
        var pool = Int128(0)
        for line in last.lines {
            for part in line.parts where part.source == .component(index) { pool += Int128(part.amount) }
        }
        guard let pool = Int64(exactly: pool) else { throw Failure(.outOfRange, "the last pool is too large") }
        return try LevyArithmetic.provisionalLevy(
            lastPool: pool, lastTotal: component.quantity(component.totalUnits), figures: PartyFigures(charged))
    }

    private static func keep(
        _ source: AllocationPart.Source, _ phrase: String, _ last: Allocation, _ members: [PartyCode],
        _ parts: inout [PartyCode: [Part]]
    ) {
        for party in members {
            for part in last.line(of: party)?.parts ?? [] where part.source == source {
                parts[party, default: []].append(
                    Part(
                        phrase: "\(phrase) as in the last settlement", unit: "", quantity: nil, source: "",
                        amount: part.amount))
            }
        }
    }
}
