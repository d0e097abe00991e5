internal import CProtobufC
internal import CUsageWire

/// An `allmende.v1.IngestUsageResponse`: says that a batch is durable, and which of its records are not in it.
public struct UsageReceipt: Sendable, Equatable {
    /// A record that contradicts what is stored.
    public struct Conflict: Sendable, Equatable {
        /// Index of the record in the batch.
        public var index: Int32
        public var storedQuantity: Int64
        /// Position of the entry of the batch that stored it; -1 where it is an earlier record of the same batch.
        public var registerPosition: Int64
        /// Whether another system has reported it.
        public var isOfOtherSource: Bool

        public init(index: Int32, storedQuantity: Int64, registerPosition: Int64, isOfOtherSource: Bool) {
            self.index = index
            self.storedQuantity = storedQuantity
            self.registerPosition = registerPosition
            self.isOfOtherSource = isOfOtherSource
        }
    }

    /// Records that were refused for one reason.
    public struct Rejection: Sendable, Equatable {
        /// Field of the record.
        public var field: String
        /// Reason as in `google.rpc.ErrorInfo`.
        public var reason: String
        public var message: String
        /// Indexes in the batch, ascending.
        public var indexes: [Int32]

        public init(field: String, reason: String, message: String, indexes: [Int32]) {
            self.field = field
            self.reason = reason
            self.message = message
            self.indexes = indexes
        }
    }

    /// Stored records of one day of a closed period.
    public struct Late: Sendable, Equatable {
        public var day: String
        /// The open day on which it is booked.
        public var bookedOn: String
        public var recordCount: Int64

        public init(day: String, bookedOn: String, recordCount: Int64) {
            self.day = day
            self.bookedOn = bookedOn
            self.recordCount = recordCount
        }
    }

    /// UUID of the batch.
    public var requestID: String
    /// Position of the batch's entry in the consortium's register; without meaning when nothing was stored.
    public var registerPosition: Int64 = 0
    /// Merkle root over the rows stored, 32 bytes; empty when nothing was.
    public var rowRoot: [UInt8] = []
    /// Records stored, corrections included.
    public var recordCount: Int64 = 0
    /// Whether an earlier call had stored the batch.
    public var isReplayed = false
    /// Stored records that supersede an earlier one.
    public var correctedCount: Int64 = 0
    /// Indexes of records that were stored before with the same quantity, ascending.
    public var unchanged: [Int32] = []
    /// By ascending index.
    public var conflicts: [Conflict] = []
    public var rejections: [Rejection] = []
    public var late: [Late] = []

    /// A receipt for a batch of which nothing is known yet.
    public init(requestID: String) {
        self.requestID = requestID
    }

    /// Reads a receipt.
    ///
    /// - Throws: `UsageWireError`.
    public init(serialized bytes: [UInt8]) throws {
        self = try ThreadArena.withArena(limit: 2 << 20) { arena in
            var allocator = arena.allocator
            let message = bytes.withUnsafeBufferPointer {
                allmende__v1__ingest_usage_response__unpack(&allocator, $0.count, $0.baseAddress)
            }
            guard let message else { throw arena.pointee.isExhausted ? UsageWireError.tooLarge : .malformed }
            return try UsageReceipt(message.pointee, arena)
        }
    }

    private init(_ fields: Allmende__V1__IngestUsageResponse, _ arena: UnsafeMutablePointer<Arena>) throws {
        func text(_ text: UnsafeMutablePointer<CChar>?, _ field: String) throws -> String {
            guard WireText.isValid(text, in: arena) else { throw UsageWireError.invalidText(field: field) }
            return String(decoding: WireText.bytes(text), as: UTF8.self)
        }
        requestID = try text(fields.request_id, "request_id")
        registerPosition = fields.register_position
        rowRoot = Array(UnsafeBufferPointer(start: fields.row_root.data, count: fields.row_root.len))
        recordCount = fields.record_count
        isReplayed = fields.replayed != 0
        correctedCount = fields.corrected_count
        unchanged = Array(UnsafeBufferPointer(start: fields.unchanged, count: fields.n_unchanged))
        // protobuf-c fills lists of messages with as many pointers, none of them null.
        conflicts = (0..<fields.n_conflicts).map { index in
            let conflict = fields.conflicts[index].unsafelyUnwrapped.pointee
            return Conflict(
                index: conflict.index, storedQuantity: conflict.stored_quantity,
                registerPosition: conflict.register_position, isOfOtherSource: conflict.other_source != 0)
        }
        rejections = try (0..<fields.n_rejections).map { index in
            let rejection = fields.rejections[index].unsafelyUnwrapped.pointee
            return Rejection(
                field: try text(rejection.field, "rejections.field"),
                reason: try text(rejection.reason, "rejections.reason"),
                message: try text(rejection.message, "rejections.message"),
                indexes: Array(UnsafeBufferPointer(start: rejection.indexes, count: rejection.n_indexes)))
        }
        late = try (0..<fields.n_late).map { index in
            let late = fields.late[index].unsafelyUnwrapped.pointee
            return Late(
                day: try text(late.day, "late.day"), bookedOn: try text(late.booked_on, "late.booked_on"),
                recordCount: late.record_count)
        }
    }

    private enum Field {
        static let requestID = 1
        static let registerPosition = 2
        static let rowRoot = 3
        static let recordCount = 4
        static let replayed = 5
        static let correctedCount = 6
        static let unchanged = 7
        static let conflicts = 8
        static let rejections = 9
        static let late = 10
    }

    /// The receipt on the wire.
    public func serialized() -> [UInt8] {
        var writer = ProtobufWriter()
        writer.text(requestID, Field.requestID)
        writer.number(registerPosition, Field.registerPosition)
        writer.data(rowRoot, Field.rowRoot)
        writer.number(recordCount, Field.recordCount)
        writer.flag(isReplayed, Field.replayed)
        writer.number(correctedCount, Field.correctedCount)
        writer.packed(unchanged, Field.unchanged)
        for conflict in conflicts { writer.message(conflict.serialized(), Field.conflicts) }
        for rejection in rejections { writer.message(rejection.serialized(), Field.rejections) }
        for late in late { writer.message(late.serialized(), Field.late) }
        return writer.bytes
    }

    /// A stored receipt, marked as one of a batch that had been stored before.
    ///
    /// The last value of a field counts in protobuf, so that the mark is put at the end without reading the rest.
    public static func replayed(_ stored: [UInt8]) -> [UInt8] {
        stored + [UInt8(Field.replayed << 3), 1]
    }
}

extension UsageReceipt.Conflict {
    fileprivate func serialized() -> [UInt8] {
        var writer = ProtobufWriter()
        writer.number(Int64(index), 1)
        writer.number(storedQuantity, 2)
        writer.number(registerPosition, 3)
        writer.flag(isOfOtherSource, 4)
        return writer.bytes
    }
}

extension UsageReceipt.Rejection {
    fileprivate func serialized() -> [UInt8] {
        var writer = ProtobufWriter()
        writer.text(field, 1)
        writer.text(reason, 2)
        writer.text(message, 3)
        writer.packed(indexes, 4)
        return writer.bytes
    }
}

extension UsageReceipt.Late {
    fileprivate func serialized() -> [UInt8] {
        var writer = ProtobufWriter()
        writer.text(day, 1)
        writer.text(bookedOn, 2)
        writer.number(recordCount, 3)
        return writer.bytes
    }
}
