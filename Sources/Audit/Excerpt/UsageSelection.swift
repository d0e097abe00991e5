internal import Foundation

/// Which rows of usage an excerpt shows: those that fit every condition that is set.
public struct UsageSelection: Sendable, Hashable, Codable {
    /// Last part of the application's resource name.
    public let application: String?
    /// Last part of the metric's resource name.
    public let metric: String?
    /// Code of the party.
    public let party: String?
    /// First day (ISO 8601, UTC) after those on which intervals begin.
    public let periodEnd: String?
    /// First day (ISO 8601, UTC) on which intervals begin.
    public let periodStart: String?

    private enum CodingKeys: String, CodingKey {
        case application, metric, party
        case periodEnd = "period_end"
        case periodStart = "period_start"
    }

    /// A selection by conditions of which each may be missing.
    public init(
        application: String? = nil, metric: String? = nil, party: String? = nil, periodStart: String? = nil,
        periodEnd: String? = nil
    ) {
        self.application = application
        self.metric = metric
        self.party = party
        self.periodStart = periodStart
        self.periodEnd = periodEnd
    }

    /// Reads a selection in its one form; nil for anything else.
    init?(_ bytes: [UInt8]) {
        guard let selection = try? JSONDecoder().decode(Self.self, from: Data(bytes)), selection.bytes == bytes else {
            return nil
        }
        self = selection
    }

    /// The selection as it stands in an excerpt: one line of JSON, members in ascending order, those without a value
    /// left out.
    var bytes: [UInt8] {
        let members = conditions.map { "\(JSONText.string($0.name)): \(JSONText.string($0.value))" }
        return Array("{\(members.joined(separator: ", "))}\n".utf8)
    }

    /// The conditions that are set, by the names they have in the file.
    public var conditions: [(name: String, value: String)] {
        [
            ("application", application), ("metric", metric), ("party", party), ("period_end", periodEnd),
            ("period_start", periodStart),
        ].compactMap { name, value in value.map { (name, $0) } }
    }

    /// Whether a row fits; days of ISO 8601 have the order of their bytes.
    func includes(_ row: UsageColumns) -> Bool {
        let day = UnsafeRawBufferPointer(rebasing: row.start.prefix(10))
        return Self.equals(row.application, application) && Self.equals(row.metric, metric)
            && Self.equals(row.party, party)
            && (periodStart.map { !day.lexicographicallyPrecedes($0.utf8) } ?? true)
            && (periodEnd.map { day.lexicographicallyPrecedes($0.utf8) } ?? true)
    }

    private static func equals(_ column: UnsafeRawBufferPointer, _ wanted: String?) -> Bool {
        wanted.map { column.elementsEqual($0.utf8) } ?? true
    }
}
