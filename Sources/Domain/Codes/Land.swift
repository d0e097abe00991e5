/// A Land: the first two digits of the AGS of its municipalities (Destatis, Gemeindeverzeichnis).
public struct Land: TextValue {
    /// 01 to 16.
    public let text: String

    public init(_ text: String, field: String = "land") throws(Failure) {
        if text.isEmpty { throw .missing(field) }
        guard Self.names[text] != nil else {
            throw .invalid(field, "must be a Land from 01 to 16, not \"\(text.excerpt)\"")
        }
        self.text = text
    }

    /// The Land in which a party lies, by its AGS or else its ARS; nil for one that has neither.
    public init?(ags: String?, ars: String?) {
        guard let digits = [ags, ars].lazy.compactMap({ $0 }).first(where: { !$0.isEmpty })?.prefix(2),
            Self.names[String(digits)] != nil
        else { return nil }
        text = String(digits)
    }

    /// Its name.
    public var name: String { Self.names[text] ?? text }

    public var description: String { text }

    private static let names = [
        "01": "Schleswig-Holstein", "02": "Hamburg", "03": "Niedersachsen", "04": "Bremen",
        "05": "Nordrhein-Westfalen", "06": "Hessen", "07": "Rheinland-Pfalz", "08": "Baden-Württemberg",
        "09": "Bayern", "10": "Saarland", "11": "Berlin", "12": "Brandenburg", "13": "Mecklenburg-Vorpommern",
        "14": "Sachsen", "15": "Sachsen-Anhalt", "16": "Thüringen",
    ]
}
