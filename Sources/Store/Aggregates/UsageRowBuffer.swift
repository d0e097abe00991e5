public import Domain
internal import Postgres

/// Rows of one month's partition in PostgreSQL's binary COPY format, ready to be sent as they are.
public struct UsageRowBuffer: Sendable {
    /// The numbers that every row of a batch shares.
    public struct Constants: Sendable {
        public var consortium: Int32
        public var application: Int32
        public var batch: Int64

        public init(consortium: Int32, application: Int32, batch: Int64) {
            self.consortium = consortium
            self.application = application
            self.batch = batch
        }
    }

    /// Bytes of one row: field count, eleven length words, six int4, two int2 and three int8.
    private static let rowSize = 2 + 11 * 4 + 6 * 4 + 2 * 2 + 3 * 8
    /// Seconds from 1970-01-01 to 2000-01-01, where PostgreSQL's timestamps begin.
    static let epochOffset: Int64 = 946_684_800

    /// First day of the month whose partition the rows go into.
    public let month: CivilDate
    /// Rows so far.
    public private(set) var count = 0
    private var bytes: [UInt8]
    private let constants: Constants

    public init(month: CivilDate, constants: Constants, capacity: Int) {
        self.month = month
        self.constants = constants
        bytes = []
        bytes.reserveCapacity(CopyRows.header.count + capacity * UsageRowBuffer.rowSize + 2)
        bytes.append(contentsOf: CopyRows.header)
    }

    /// Adds a row.
    ///
    /// - Parameters:
    ///   - sourceKey: the source where the metric adds sources up, else 0.
    ///   - index: place among the rows of the batch.
    ///   - revision: 0, or one more than that of the record it supersedes.
    public mutating func append(
        _ key: UsageKey, sourceKey: Int32, index: Int16, revision: Int16, quantity: Int64
    ) {
        count += 1
        withUnsafeTemporaryAllocation(byteCount: UsageRowBuffer.rowSize, alignment: 8) { row in
            var writer = RowWriter(base: row.baseAddress!)
            writer.put(Int16(11))
            writer.field(constants.consortium)
            writer.field(constants.application)
            writer.field(key.metric)
            writer.field(key.party)
            writer.field(sourceKey)
            writer.field(key.seconds)
            writer.field(index)
            writer.field(revision)
            writer.field((key.start - UsageRowBuffer.epochOffset) * 1_000_000)
            writer.field(quantity)
            writer.field(constants.batch)
            bytes.append(contentsOf: UnsafeRawBufferPointer(row))
        }
    }

    /// The whole COPY stream with its trailer.
    public consuming func finished() -> [UInt8] {
        bytes.append(contentsOf: CopyRows.trailer)
        return bytes
    }
}

/// Writes big-endian values one after the other into memory that is large enough.
private struct RowWriter {
    var base: UnsafeMutableRawPointer

    mutating func put<T: FixedWidthInteger>(_ value: T) {
        base.storeBytes(of: value.bigEndian, as: T.self)
        base += MemoryLayout<T>.size
    }

    mutating func field<T: FixedWidthInteger>(_ value: T) {
        put(Int32(MemoryLayout<T>.size))
        put(value)
    }
}
