internal import CProtobufC
internal import CUsageWire

/// A decoded `allmende.v1.IngestUsageRequest`, read in place: no record becomes an object of its own.
///
/// Only the wire format and the UTF-8 of the batch's own texts have been checked; what the values mean, and whether a
/// record's texts are any, is the caller's to judge.
public struct UsageBatch: ~Copyable {
    /// Bytes of memory that one batch may take, some eight times a full batch of ordinary records.
    public static let maximumMemory = 16 << 20

    private let message: UnsafeMutablePointer<Allmende__V1__IngestUsageRequest>
    private let arena: UnsafeMutablePointer<Arena>

    /// Decodes a message and lends the batch to `body`; its texts must not be kept beyond.
    ///
    /// - Throws: `UsageWireError`, or what `body` throws.
    public static func withDecoded<Result>(
        _ bytes: [UInt8], maximumMemory: Int = maximumMemory, _ body: (borrowing UsageBatch) throws -> Result
    ) throws -> Result {
        try ThreadArena.withArena(limit: maximumMemory) { arena in
            let batch = UsageBatch(message: try decode(bytes, in: arena), arena: arena)
            try batch.checkTexts()
            return try body(batch)
        }
    }

    private static func decode(
        _ bytes: [UInt8], in arena: UnsafeMutablePointer<Arena>
    ) throws -> UnsafeMutablePointer<Allmende__V1__IngestUsageRequest> {
        var allocator = arena.allocator
        let message = bytes.withUnsafeBufferPointer {
            allmende__v1__ingest_usage_request__unpack(&allocator, $0.count, $0.baseAddress)
        }
        guard let message else { throw arena.pointee.isExhausted ? UsageWireError.tooLarge : .malformed }
        return message
    }

    // MARK: - Contents

    /// consortia/{consortium}/applications/{application}.
    public var parent: String { String(decoding: WireText.bytes(message.pointee.parent), as: UTF8.self) }
    /// The system that reports.
    public var sourceID: String { String(decoding: WireText.bytes(message.pointee.source_id), as: UTF8.self) }
    /// UUID of the batch.
    public var requestID: String { String(decoding: WireText.bytes(message.pointee.request_id), as: UTF8.self) }
    /// Whether records correct what is stored with another quantity.
    public var supersedes: Bool { message.pointee.supersede != 0 }
    /// Number of records.
    public var count: Int { message.pointee.n_records }

    /// The record at an index from 0 up to `count`, which is the caller's to keep.
    public subscript(index: Int) -> UsageRecordView {
        precondition(index >= 0 && index < count, "no such record")
        let record = record(index)
        return UsageRecordView(
            partyCode: text(record.party_code), metricID: text(record.metric_id),
            intervalStart: record.interval_start, intervalEnd: record.interval_end, quantity: record.quantity)
    }

    private func text(_ text: UnsafeMutablePointer<CChar>?) -> UnsafeBufferPointer<UInt8>? {
        WireText.isValid(text, in: arena) ? WireText.bytes(text) : nil
    }

    /// protobuf-c fills `records` with `n_records` pointers, none of them null.
    private func record(_ index: Int) -> Allmende__V1__UsageRecord {
        message.pointee.records[index].unsafelyUnwrapped.pointee
    }

    private func checkTexts() throws {
        func check(_ text: UnsafeMutablePointer<CChar>?, _ field: String) throws {
            guard WireText.isValid(text, in: arena) else { throw UsageWireError.invalidText(field: field) }
        }
        try check(message.pointee.parent, "parent")
        try check(message.pointee.source_id, "source_id")
        try check(message.pointee.request_id, "request_id")
    }
}
