internal import API
internal import Store
internal import SwiftProtobuf

extension Settlement {
    /// A stored settlement as it stands now, without its lines.
    init(_ row: SettlementRow) throws {
        try self.init(serializedBytes: row.head)
        state = API.SettlementState(rawValue: Int(row.state)) ?? .unspecified
        etag = Etag.text(row.position)
    }
}
