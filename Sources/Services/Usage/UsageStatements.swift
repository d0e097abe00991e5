internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf
internal import TLS

/// What parties say of their totals, held against the totals of the same state.
struct UsageStatements {
    /// Resource name of the application.
    let application: String
    let filter: UsageFilter

    /// SHA-256 over a party's totals: what a statement speaks of.
    static func digest(_ totals: [UsageFigureRow]) -> [UInt8] {
        let lines = totals.map { "\($0.metricCode)\t\($0.quantity)\t\($0.recordCount)\n" }
        return SHA256.hash(Array(lines.joined().utf8))
    }

    func total(_ row: UsageFigureRow) -> UsageTotal {
        var total = UsageTotal()
        total.party = "parties/" + row.partyCode
        total.metric = "\(application)/metrics/\(row.metricCode)"
        total.quantity = row.quantity
        total.recordCount = row.recordCount
        if !row.release.isEmpty { total.release = "\(application)/releases/\(row.release)" }
        return total
    }

    /// A statement that is not stored yet.
    func statement(of party: String) -> UsageStatement {
        var statement = UsageStatement()
        statement.application = application
        statement.party = "parties/" + party
        statement.period.start = API.CivilDate(filter.from)
        statement.period.end = API.CivilDate(filter.until)
        statement.verdict = .missing
        return statement
    }

    /// One statement for each of the parties, in ascending order.
    ///
    /// - Parameter figures: the totals of all of them, and the size of the register they hold for.
    func list(
        _ parties: [String], beside figures: UsageFigures, _ reader: some Reader
    ) async throws -> [UsageStatement] {
        var known = filter
        known.size = figures.size
        let rows = try await reader.usageStatements(known)
        let stated = Dictionary(rows.map { ($0.partyCode, $0) }) { first, _ in first }
        let totals = Dictionary(grouping: figures.rows, by: \.partyCode)
        return try parties.sorted().map { party in
            guard let row = stated[party] else { return statement(of: party) }
            var statement = try UsageStatement(serializedBytes: row.content)
            if row.totals != Self.digest(totals[party] ?? []) { statement.verdict = .outdated }
            return statement
        }
    }
}
