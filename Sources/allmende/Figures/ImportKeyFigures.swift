internal import API
internal import ArgumentParser
internal import Domain
internal import Foundation
internal import Terminal

/// `allmende key-figure import`: many figures at once, with a report of what they change.
struct ImportKeyFigures: ConnectedCommand {
    enum FileFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
        case csv
        case gv100ad
    }

    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Imports key figures from CSV or from Destatis' directory of municipalities.",
        discussion: """
            A CSV file has the columns party, kind, reference_date, value, status, source and perhaps published. The \
            directory (GV100AD) does not say of which day its figures are; --date does. Whoever is not registered is \
            left out. With --dry-run only the report is printed.
            """)
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var change: ChangeOptions

    @Argument(help: "The file.")
    var file: String
    @Option(help: "What the file is: csv or gv100ad.")
    var format = FileFormat.csv
    @Option(help: "Of gv100ad: inhabitants or area.")
    var kind = Choice(API.KeyFigureKind.inhabitants)
    @Option(help: "Of gv100ad: the day the figures speak of.", transform: Arguments.day)
    var date: API.CivilDate?
    @Option(help: "Of gv100ad: how firm the figures are.")
    var status = Choice(KeyFigureStatus.final)
    @Flag(help: "Only report what would change.")
    var dryRun = false

    func validate() throws {
        if format == .gv100ad && date == nil { throw ValidationError("gv100ad needs --date, the day of its figures.") }
    }

    func run(_ session: Session) async throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("Cannot read \(file).")
        }
        let client = MunicipalityServiceClient(session.client)
        let report: KeyFigureImport
        do {
            report = try await plan(Array(data), client)
        } catch let failure as Failure {
            throw CommandFailure("\(file): \(failure.message)")
        }
        var answer = ListKeyFiguresResponse()
        answer.keyFigures = try report.toRecord.map { try API.KeyFigure($0) }
        if !dryRun {
            for figure in answer.keyFigures {
                var request = RecordKeyFigureRequest()
                request.keyFigure = figure
                _ = try await client.recordKeyFigure(change.stamp(request))
            }
        }
        try session.show(answer) { Self.text(report, answer.keyFigures, isDry: dryRun) }
    }

    /// Reads the file and compares it with what the server knows of the parties it names.
    private func plan(_ bytes: [UInt8], _ client: MunicipalityServiceClient) async throws -> KeyFigureImport {
        let codes = try await registered(client)
        let parties = Set(codes.values)
        switch format {
        case .csv:
            let csv = try KeyFigureCSV(bytes)
            let known = try await known(Set(csv.rows.map(\.value.party)).intersection(parties), client)
            return KeyFigureImport(csv.rows, rejected: csv.rejected, known: known, parties: parties)
        case .gv100ad:
            let directory = try MunicipalDirectory(gv100ad: bytes)
            // The kind, the day and the status travel as one figure does.
            var sample = API.KeyFigure()
            sample.party = Names.party("sample")
            sample.kind = kind.value
            sample.referenceDate = date ?? API.CivilDate()
            sample.status = status.value
            sample.source = "sample"
            let value = try sample.domainValue()
            return try KeyFigureImport(
                directory, kind: value.reference.kind, on: value.reference.day, status: value.status,
                known: try await known(parties, client), codes: codes)
        }
    }

    /// The parties by their code, ARS and AGS.
    private func registered(_ client: MunicipalityServiceClient) async throws -> [String: PartyCode] {
        var codes: [String: PartyCode] = [:]
        var request = ListPartiesRequest()
        request.pageSize = 1000
        repeat {
            let page = try await client.listParties(request)
            for party in page.parties {
                let code = try PartyCode(Names.short(party.name))
                for number in [code.text, party.ars, party.ags] where !number.isEmpty { codes[number] = code }
            }
            request.pageToken = page.nextPageToken
        } while !request.pageToken.isEmpty
        return codes
    }

    private func known(
        _ parties: Set<PartyCode>, _ client: MunicipalityServiceClient
    ) async throws -> [KeyFigureValue] {
        var values: [KeyFigureValue] = []
        for party in parties.sorted() {
            var request = ListKeyFiguresRequest()
            request.parent = Names.party(party.text)
            values += try await request.all { try await client.listKeyFigures($0) }.keyFigures.map {
                try $0.domainValue()
            }
        }
        return values
    }

    /// The report for people.
    static func text(_ report: KeyFigureImport, _ figures: [API.KeyFigure], isDry: Bool) -> String {
        var text = (isDry ? "Nothing recorded; it would be: " : "") + report.summary + "\n"
        for change in report.changed {
            let (old, new) = (words(change.old), words(change.new))
            text += "\(change.old.party): \(new) instead of \(old)\n"
        }
        for rejection in report.rejected { text += "line \(rejection.line): \(rejection.failure.message)\n" }
        return figures.isEmpty ? text : text + "\n" + KeyFigureCommands.table(figures)
    }

    private static func words(_ value: KeyFigureValue) -> String {
        "\(value.quantity.grouped) (\(value.status.rawValue.lowercased()))"
    }
}
