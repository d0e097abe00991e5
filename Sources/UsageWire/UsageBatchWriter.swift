/// Writes an `allmende.v1.IngestUsageRequest` record by record, for clients that report millions.
public struct UsageBatchWriter: Sendable {
    private enum Field {
        static let parent = 1
        static let sourceID = 2
        static let requestID = 3
        static let records = 4
        static let supersede = 5
        static let partyCode = 1
        static let metricID = 2
        static let intervalStart = 3
        static let intervalEnd = 4
        static let quantity = 5
    }

    /// The message as far as it is written.
    public var bytes: [UInt8] {
        guard supersede else { return message.bytes }
        // Fields ascend, as every writer of protobuf has them.
        var whole = message
        whole.flag(true, Field.supersede)
        return whole.bytes
    }
    /// Records written.
    public private(set) var count = 0
    private let supersede: Bool
    private var message = ProtobufWriter()
    private var record = ProtobufWriter()

    /// Begins a batch for `parent`, consortia/{consortium}/applications/{application}.
    public init(
        parent: String, sourceID: String, requestID: String, supersede: Bool = false, capacity: Int = 0
    ) {
        message.bytes.reserveCapacity(128 + capacity * 48)
        message.text(parent, Field.parent)
        message.text(sourceID, Field.sourceID)
        message.text(requestID, Field.requestID)
        self.supersede = supersede
    }

    /// Adds a record; instants in seconds since 1970-01-01T00:00:00Z, the quantity in units of 10^-scale.
    public mutating func append(
        partyCode: String, metricID: String, intervalStart: Int64, intervalEnd: Int64, quantity: Int64
    ) {
        record.bytes.removeAll(keepingCapacity: true)
        record.text(partyCode, Field.partyCode)
        record.text(metricID, Field.metricID)
        record.number(intervalStart, Field.intervalStart)
        record.number(intervalEnd, Field.intervalEnd)
        record.number(quantity, Field.quantity)
        message.message(record.bytes, Field.records)
        count += 1
    }
}
