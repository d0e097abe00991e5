internal import CProtobufC
internal import CUsageWire

/// An `allmende.v1.IngestUsageResponse`: says that a batch is durable.
public struct UsageReceipt: Sendable, Equatable {
    /// UUID of the batch.
    public var requestID: String
    /// Position of the batch's entry in the consortium's register.
    public var registerPosition: Int64
    /// Merkle root over the batch's rows, 32 bytes.
    public var rowRoot: [UInt8]
    /// Records stored.
    public var recordCount: Int64
    /// Whether an earlier call had stored the batch.
    public var isReplayed: Bool

    /// Puts the parts together.
    public init(
        requestID: String, registerPosition: Int64, rowRoot: [UInt8], recordCount: Int64, isReplayed: Bool
    ) {
        self.requestID = requestID
        self.registerPosition = registerPosition
        self.rowRoot = rowRoot
        self.recordCount = recordCount
        self.isReplayed = isReplayed
    }

    /// Reads a receipt.
    ///
    /// - Throws: `UsageWireError`.
    public init(serialized bytes: [UInt8]) throws {
        self = try ThreadArena.withArena(limit: 64 << 10) { arena in
            var allocator = arena.allocator
            let message = bytes.withUnsafeBufferPointer {
                allmende__v1__ingest_usage_response__unpack(&allocator, $0.count, $0.baseAddress)
            }
            guard let message else { throw arena.pointee.isExhausted ? UsageWireError.tooLarge : .malformed }
            let fields = message.pointee
            guard WireText.isValid(fields.request_id, in: arena) else {
                throw UsageWireError.invalidText(field: "request_id")
            }
            return UsageReceipt(
                requestID: String(decoding: WireText.bytes(fields.request_id), as: UTF8.self),
                registerPosition: fields.register_position,
                rowRoot: Array(UnsafeBufferPointer(start: fields.row_root.data, count: fields.row_root.len)),
                recordCount: fields.record_count, isReplayed: fields.replayed != 0)
        }
    }

    /// The receipt on the wire.
    public func serialized() -> [UInt8] {
        var rowRoot = rowRoot
        return requestID.withCString { requestID in
            rowRoot.withUnsafeMutableBufferPointer { root in
                var message = Allmende__V1__IngestUsageResponse()
                allmende__v1__ingest_usage_response__init(&message)
                message.request_id = UnsafeMutablePointer(mutating: requestID)
                message.register_position = registerPosition
                message.row_root = ProtobufCBinaryData(len: root.count, data: root.baseAddress)
                message.record_count = recordCount
                message.replayed = isReplayed ? 1 : 0
                return [UInt8](
                    unsafeUninitializedCapacity: allmende__v1__ingest_usage_response__get_packed_size(&message)
                ) { bytes, count in
                    count = allmende__v1__ingest_usage_response__pack(&message, bytes.baseAddress)
                }
            }
        }
    }

    /// A stored receipt, marked as one of a batch that had been stored before.
    ///
    /// The last value of a field counts in protobuf, so that the mark is put at the end without reading the rest.
    public static func replayed(_ stored: [UInt8]) -> [UInt8] {
        let replayedTag: UInt8 = 5 << 3
        return stored + [replayedTag, 1]
    }
}
