/// Writes an `allmende.v1.IngestUsageRequest` record by record, for clients that report millions.
///
/// The wire format is written as it stands (protobuf.dev, Encoding): nothing is gained from structures in between.
public struct UsageBatchWriter: Sendable {
    private enum Field {
        static let parent = 1
        static let sourceID = 2
        static let requestID = 3
        static let records = 4
        static let partyCode = 1
        static let metricID = 2
        static let intervalStart = 3
        static let intervalEnd = 4
        static let quantity = 5
    }

    /// The message as far as it is written.
    public private(set) var bytes: [UInt8] = []
    /// Records written.
    public private(set) var count = 0
    private var record: [UInt8] = []

    /// Begins a batch for `parent`, consortia/{consortium}/applications/{application}.
    public init(parent: String, sourceID: String, requestID: String, capacity: Int = 0) {
        bytes.reserveCapacity(128 + capacity * 48)
        UsageBatchWriter.put(parent.utf8, Field.parent, to: &bytes)
        UsageBatchWriter.put(sourceID.utf8, Field.sourceID, to: &bytes)
        UsageBatchWriter.put(requestID.utf8, Field.requestID, to: &bytes)
    }

    /// Adds a record; instants in seconds since 1970-01-01T00:00:00Z, the quantity in units of 10^-scale.
    public mutating func append(
        partyCode: String, metricID: String, intervalStart: Int64, intervalEnd: Int64, quantity: Int64
    ) {
        record.removeAll(keepingCapacity: true)
        UsageBatchWriter.put(partyCode.utf8, Field.partyCode, to: &record)
        UsageBatchWriter.put(metricID.utf8, Field.metricID, to: &record)
        UsageBatchWriter.put(intervalStart, Field.intervalStart, to: &record)
        UsageBatchWriter.put(intervalEnd, Field.intervalEnd, to: &record)
        UsageBatchWriter.put(quantity, Field.quantity, to: &record)
        UsageBatchWriter.put(record, Field.records, to: &bytes)
        count += 1
    }

    /// A length-delimited field. An empty text is left out as proto3 does; an empty record cannot be.
    private static func put(_ value: String.UTF8View, _ field: Int, to bytes: inout [UInt8]) {
        guard !value.isEmpty else { return }
        putVarint(UInt64(field << 3 | 2), to: &bytes)
        putVarint(UInt64(value.count), to: &bytes)
        bytes.append(contentsOf: value)
    }

    private static func put(_ value: [UInt8], _ field: Int, to bytes: inout [UInt8]) {
        putVarint(UInt64(field << 3 | 2), to: &bytes)
        putVarint(UInt64(value.count), to: &bytes)
        bytes.append(contentsOf: value)
    }

    private static func put(_ value: Int64, _ field: Int, to bytes: inout [UInt8]) {
        guard value != 0 else { return }
        putVarint(UInt64(field << 3), to: &bytes)
        putVarint(UInt64(bitPattern: value), to: &bytes)
    }

    private static func putVarint(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
