internal import API
internal import Domain

extension API.KeyFigure {
    /// The message for a value.
    ///
    /// - Throws: `Failure` for a value with more decimals than figures of its kind are stored with.
    init(_ value: KeyFigureValue) throws {
        self.init()
        party = Names.party(value.party.text)
        kind = Choice(argument: Self.argument(value.reference.kind.rawValue))?.value ?? .unspecified
        referenceDate.year = Int32(value.reference.day.year)
        referenceDate.month = Int32(value.reference.day.month)
        referenceDate.day = Int32(value.reference.day.day)
        self.value = try value.quantity.rescaled(to: value.reference.kind.storedScale).units
        status = Choice(argument: Self.argument(value.status.rawValue))?.value ?? .unspecified
        source = value.source
        if let published = value.published { publishedOn = API.CivilDate(published) }
    }

    /// The value of a message from the server.
    ///
    /// - Throws: `Failure` for a kind or a status that this program does not know.
    func domainValue() throws -> KeyFigureValue {
        guard let kind = Domain.KeyFigureKind(rawValue: Self.rawValue(Choice.text(kind))),
            let status = KeyFigureValue.Status(rawValue: Self.rawValue(Choice.text(status)))
        else { throw Failure.invalid("key_figure", "has a kind or status that this version does not know") }
        let day = try Domain.CivilDate(
            year: Int(referenceDate.year), month: Int(referenceDate.month), day: Int(referenceDate.day),
            field: "reference_date")
        return try KeyFigureValue(
            party: PartyCode(Names.short(party)), reference: KeyFigureReference(kind: kind, day: day),
            quantity: Quantity(units: value, scale: kind.storedScale, field: "value"), status: status, source: source,
            published: hasPublishedOn ? publishedOn.domain : nil)
    }

    /// TAX_CAPACITY is tax-capacity on the command line.
    private static func argument(_ rawValue: String) -> String {
        String(rawValue.lowercased().map { $0 == "_" ? "-" : $0 })
    }

    private static func rawValue(_ argument: String) -> String {
        String(argument.uppercased().map { $0 == "-" ? "_" : $0 })
    }
}
