/// The official directory of municipalities (Gemeindeverzeichnis) on one day, as Destatis publishes it.
public struct MunicipalDirectory: Sendable, Hashable {
    /// One municipality: record kind 60.
    public struct Municipality: Sendable, Hashable {
        public let ars: ARS
        /// Name with its suffix, such as `Flensburg, Stadt`.
        public let name: String
        /// In km² with two decimals; the file counts hectares.
        public let area: Quantity
        public let inhabitants: Quantity

        /// The figure of a kind that the directory has.
        public func figure(_ kind: KeyFigureKind) -> Quantity? {
            switch kind {
            case .inhabitants: inhabitants
            case .area: area
            case .pupils, .cases, .taxCapacity: nil
            }
        }
    }

    /// More records than Germany ever had municipalities.
    public static let maximumLines = 100_000

    /// The day whose borders and names the directory shows (Gebietsstand). The figures are of an earlier day, which
    /// only the publication's cover names.
    public let asOf: CivilDate
    /// By ascending ARS.
    public let municipalities: [Municipality]

    /// Reads a file in the layout GV100AD (Destatis, Datensatzbeschreibung): columns 1–2 kind of record (10 Land,
    /// 20 Regierungsbezirk, 30 Region, 40 Kreis, 50 Verband, 60 Gemeinde), 3–10 Gebietsstand, 11–18 AGS, 19–22 Verband,
    /// 23–72 name, and of municipalities 129–139 hectares and 140–150 inhabitants.
    ///
    /// Throws INVALID_FIELD naming `<field>.lines[n]`, counted from 1, with what is wrong, for at most 20 lines.
    public init(gv100ad bytes: [UInt8], field: String = "file") throws(Failure) {
        let lines = LegacyText.lines(bytes)
        guard lines.count <= Self.maximumLines else {
            throw .invalid(field, "must have at most \(Self.maximumLines) lines, not \(lines.count)")
        }
        var checks = FieldChecks()
        var failures = 0
        var day: CivilDate?
        var found: [Municipality] = []
        for (index, line) in lines.enumerated() where failures < 20 && line.contains(where: { $0 != " " }) {
            let path = "\(field).lines[\(index + 1)]"
            let result = checks.check { () throws(Failure) -> Municipality? in
                let reader = GV100ADRecord(line, path)
                let kind = try reader.kind()
                let asOf = try reader.day()
                if let day, day != asOf { throw .invalid(path, "is of \(asOf), the lines before it of \(day)") }
                day = asOf
                return kind == 60 ? try reader.municipality() : nil
            }
            switch result {
            case .some(let municipality?): found.append(municipality)
            case .some(nil): break
            case nil: failures += 1
            }
        }
        try checks.finish()
        guard let day, !found.isEmpty else { throw .invalid(field, "must have at least one municipality") }
        found.sort { $0.ars.text < $1.ars.text }
        for (first, second) in zip(found, found.dropFirst()) where first.ars == second.ars {
            throw .invalid(field, "names \(first.ars) twice: \(first.name) and \(second.name)")
        }
        asOf = day
        municipalities = found
    }
}

/// The columns of one record.
private struct GV100ADRecord {
    private let line: [Unicode.Scalar]
    private let path: String

    init(_ line: [Unicode.Scalar], _ path: String) {
        self.line = line
        self.path = path
    }

    func kind() throws(Failure) -> Int {
        let text = LegacyText.field(line, 1...2)
        guard let kind = Int(text), [10, 20, 30, 40, 50, 60].contains(kind) else {
            throw .invalid(path, "must begin with a kind of record 10 to 60, not \"\(text.excerpt)\"")
        }
        return kind
    }

    func day() throws(Failure) -> CivilDate {
        let text = LegacyText.field(line, 3...10)
        guard Digits.isNumber(text, count: 8), let number = Int(text),
            let day = CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
        else { throw .invalid(path, "must have a day such as 20231231 in columns 3 to 10, not \"\(text.excerpt)\"") }
        return day
    }

    func municipality() throws(Failure) -> MunicipalDirectory.Municipality {
        let ars = LegacyText.field(line, 11...15) + LegacyText.field(line, 19...22) + LegacyText.field(line, 16...18)
        let name = LegacyText.field(line, 23...72)
        if name.isEmpty { throw .invalid(path, "must have a name in columns 23 to 72") }
        return MunicipalDirectory.Municipality(
            ars: try ARS(ars, field: path), name: name,
            area: Quantity(units: try number(129...139, "hectares"), knownScale: 2),
            inhabitants: Quantity(try number(140...150, "inhabitants")))
    }

    private func number(_ columns: ClosedRange<Int>, _ what: String) throws(Failure) -> Int64 {
        let text = LegacyText.field(line, columns)
        guard !text.isEmpty, text.utf8.allSatisfy(Digits.isDigit), let number = Int64(text) else {
            let range = "\(columns.lowerBound) to \(columns.upperBound)"
            throw .invalid(path, "must have the \(what) in columns \(range), not \"\(text.excerpt)\"")
        }
        return number
    }
}
