/// For which Länder and topics an advisory body is competent; empty sets mean all.
public struct AdvisoryCompetence: Sendable, Hashable {
    public let lands: Set<String>
    public let topics: Set<String>

    public init(lands: some Sequence<String>, topics: some Sequence<String>) {
        self.lands = Set(lands)
        self.topics = Set(topics)
    }

    /// Whether the body advises on the topic in the Land. A party without a Land is served by bodies for all of them.
    public func covers(land: String?, topic: String) -> Bool {
        (lands.isEmpty || land.map { lands.contains($0) } ?? false) && (topics.isEmpty || topics.contains(topic))
    }

    /// How closely it fits: a body for the very Land and topic before one for all of them.
    private var precision: Int { (lands.isEmpty ? 0 : 2) + (topics.isEmpty ? 0 : 1) }

    /// The only body that fits most closely; nil where there is none, or where several do and somebody has to choose.
    public static func only<Body>(
        of bodies: [Body], land: String?, topic: String, competence: (Body) -> AdvisoryCompetence
    ) -> Body? {
        let fitting = bodies.filter { competence($0).covers(land: land, topic: topic) }
        guard let best = fitting.map({ competence($0).precision }).max() else { return nil }
        let closest = fitting.filter { competence($0).precision == best }
        return closest.count == 1 ? closest[0] : nil
    }
}
