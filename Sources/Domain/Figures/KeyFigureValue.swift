/// One published value of a key figure: whose, of which day, how firm, and where it stands.
public struct KeyFigureValue: Sendable, Hashable {
    /// How firm a value is.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Estimated, or published ahead of the final one (vorläufig, fortgeschrieben).
        case provisional = "PROVISIONAL"
        /// As finally published.
        case final = "FINAL"
        /// Corrected by its publisher after it was final.
        case revised = "REVISED"

        /// Whether a value of this status may take the place of one of the other: a final value never becomes
        /// provisional again, and who corrects one says so.
        public func mayFollow(_ earlier: Status) -> Bool {
            switch (earlier, self) {
            case (.provisional, .provisional), (.provisional, .final), (.final, .revised), (.revised, .revised): true
            case (.provisional, .revised), (.final, _), (.revised, _): false
            }
        }
    }

    public let party: PartyCode
    public let reference: KeyFigureReference
    /// Never negative.
    public let quantity: Quantity
    public let status: Status
    /// Who published it and where.
    public let source: String
    /// When it was published, if known.
    public let published: CivilDate?

    /// Throws INVALID_FIELD, naming `<field>.value` or `<field>.source`.
    public init(
        party: PartyCode, reference: KeyFigureReference, quantity: Quantity, status: Status, source: String,
        published: CivilDate? = nil, field: String = "key_figure"
    ) throws(Failure) {
        var checks = FieldChecks()
        checks.require(quantity.units >= 0, "\(field).value", "must not be negative, not \(quantity)")
        checks.text(source, field: "\(field).source", length: 1...200)
        if let published {
            checks.require(
                published >= reference.day || status == .provisional, "\(field).published",
                "must not be before the reference date \(reference.day), unless the value is provisional")
        }
        try checks.finish()
        self.party = party
        self.reference = reference
        self.quantity = quantity
        self.status = status
        self.source = source
        self.published = published
    }

    /// Where the value stands and how firm it is, for explanations: `Destatis (provisional)`.
    public var provenance: String { status == .final ? source : "\(source) (\(status.rawValue.lowercased()))" }
}
