public import Domain
internal import Postgres

/// Rows of one month's partition in PostgreSQL's binary COPY format, ready to be sent as they are.
public struct UsageRowBuffer: Sendable {
    /// The numbers that every row of a batch shares.
    public struct Constants: Sendable {
        public var consortium: Int32
        public var application: Int32
        public var source: Int32
        public var batch: Int64

        public init(consortium: Int32, application: Int32, source: Int32, batch: Int64) {
            self.consortium = consortium
            self.application = application
            self.source = source
            self.batch = batch
        }
    }

    /// Bytes of one row: field count, ten length words, six int4 and four int8.
    private static let rowSize = 2 + 10 * 4 + 6 * 4 + 4 * 8
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

    /// Adds a row; instants in seconds since 1970-01-01T00:00:00Z.
    public mutating func append(
        metric: Int32, party: Int32, index: Int32, start: Int64, end: Int64, quantity: Int64
    ) {
        count += 1
        withUnsafeTemporaryAllocation(byteCount: UsageRowBuffer.rowSize, alignment: 8) { row in
            var writer = RowWriter(base: row.baseAddress!)
            writer.put(Int16(10))
            writer.field(constants.consortium)
            writer.field(constants.application)
            writer.field(metric)
            writer.field(party)
            writer.field(constants.source)
            writer.field(index)
            writer.field((start - UsageRowBuffer.epochOffset) * 1_000_000)
            writer.field((end - UsageRowBuffer.epochOffset) * 1_000_000)
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
