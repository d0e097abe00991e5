internal import API
internal import Store
internal import SwiftProtobuf

extension Settlement {
    /// A stored settlement with its lines, as it stands now.
    init(_ row: SettlementRow) throws {
        try self.init(serializedBytes: row.head)
        lines = try row.lines.map { try SettlementLine(serializedBytes: $0) }
        state = API.SettlementState(rawValue: Int(row.state)) ?? .unspecified
        etag = Etag.text(row.position)
    }
}
