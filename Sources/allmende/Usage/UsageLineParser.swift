internal import API
internal import Domain

/// Reads the lines of a CSV of usage (RFC 4180), on bytes and without a text of its own for each field.
///
/// The header names the columns in any order. No value needs quotes, but fields in quotes are read.
struct UsageLineParser {
    /// The columns of a file.
    enum Column: String, CaseIterable {
        case party
        case metric
        case intervalStart = "interval_start"
        case intervalEnd = "interval_end"
        case quantity
    }

    /// What is wrong with a line, without saying where: the reader knows that.
    struct Mistake: Error {
        let text: String
    }

    typealias Bytes = Slice<UnsafeRawBufferPointer>

    private let columns: [Column]
    private let scales: [String: Int]
    /// The last day that was read, with its seconds: most intervals of a file follow one another.
    private var lastDay: (digits: UInt64, days: UInt16, seconds: Int64) = (0, 0, 0)

    /// - Parameters:
    ///   - header: the first line.
    ///   - scales: decimals of each metric's quantities, by the metric's id.
    init(header: Bytes, scales: [String: Int]) throws(Mistake) {
        var columns: [Column] = []
        for field in header.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let name = Self.text(Self.unquoted(field))
            guard let column = Column(rawValue: name) else {
                throw Mistake(text: "there is no column \"\(name)\"; the columns are \(Self.allColumns)")
            }
            guard !columns.contains(column) else { throw Mistake(text: "column \(name) is there twice") }
            columns.append(column)
        }
        guard columns.count == Column.allCases.count else {
            throw Mistake(text: "the first line must name the columns \(Self.allColumns)")
        }
        self.columns = columns
        self.scales = scales
    }

    private static var allColumns: String { Column.allCases.map(\.rawValue).joined(separator: ",") }

    /// Reads one line, without its end.
    mutating func record(_ line: Bytes) throws(Mistake) -> UsageRecord {
        var record = UsageRecord()
        var quantity = line[line.endIndex...]
        var rest = line
        for (index, column) in columns.enumerated() {
            let comma = rest.firstIndex(of: UInt8(ascii: ","))
            guard (comma == nil) == (index == columns.count - 1) else {
                throw Mistake(text: "the line must have \(columns.count) fields")
            }
            let field = Self.unquoted(rest[..<(comma ?? rest.endIndex)])
            if let comma { rest = rest[(comma + 1)...] }
            switch column {
            case .party: record.partyCode = Self.text(field)
            case .metric: record.metricID = Self.text(field)
            case .intervalStart: record.intervalStart = try instant(field, column)
            case .intervalEnd: record.intervalEnd = try instant(field, column)
            case .quantity: quantity = field
            }
        }
        record.quantity = try self.quantity(quantity, of: record.metricID)
        return record
    }

    private static func unquoted(_ field: Bytes) -> Bytes {
        let quote = UInt8(ascii: "\"")
        return field.count >= 2 && field.first == quote && field.last == quote ? field.dropFirst().dropLast() : field
    }

    private static func text(_ field: Bytes) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: field), as: UTF8.self)
    }

    // MARK: - Quantities

    private func quantity(_ field: Bytes, of metric: String) throws(Mistake) -> Int64 {
        guard let scale = scales[metric] else {
            let known = scales.keys.sorted().joined(separator: ", ")
            throw Mistake(text: "the application has no metric \"\(metric)\"; it has: \(known)")
        }
        if scale == 0, (1...18).contains(field.count), let units = Self.digits(field[...]) { return units }
        do {
            return try Quantity(Self.text(field), scale: scale, field: "quantity").units
        } catch {
            throw Mistake(text: error.message)
        }
    }

    /// The number that up to 18 digits make, nil where there is anything else.
    private static func digits(_ field: Bytes) -> Int64? {
        var value: Int64 = 0
        for byte in field {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value &* 10 &+ Int64(byte &- UInt8(ascii: "0"))
        }
        return value
    }

    // MARK: - Instants

    /// `2012-01-31T23:00:00Z`, or `2012-01-31` for its first second in UTC.
    private mutating func instant(_ field: Bytes, _ column: Column) throws(Mistake) -> Int64 {
        if field.count == 20 || field.count == 10, let midnight = midnight(field) {
            if field.count == 10 { return midnight }
            if let seconds = Self.secondOfDay(field) { return midnight + seconds }
        }
        throw Mistake(
            text: "\(column.rawValue) must be an instant such as 2012-01-31T23:00:00Z, not \"\(Self.text(field))\"")
    }

    private mutating func midnight(_ field: Bytes) -> Int64? {
        let base = UnsafeRawBufferPointer(rebasing: field)
        let digits = base.loadUnaligned(as: UInt64.self)
        let days = base.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
        if digits == lastDay.digits, days == lastDay.days { return lastDay.seconds }
        guard let day = try? CivilDate(Self.text(field.prefix(10)), field: "day") else { return nil }
        lastDay = (digits, days, Int64(day.daysSinceEpoch) * 86_400)
        return lastDay.seconds
    }

    private static func secondOfDay(_ field: Bytes) -> Int64? {
        let byte = { (offset: Int) in field[field.startIndex + offset] }
        guard byte(10) == UInt8(ascii: "T"), byte(13) == UInt8(ascii: ":"), byte(16) == UInt8(ascii: ":"),
            byte(19) == UInt8(ascii: "Z"),
            let hour = digits(field.dropFirst(11).prefix(2)), hour < 24,
            let minute = digits(field.dropFirst(14).prefix(2)), minute < 60,
            let second = digits(field.dropFirst(17).prefix(2)), second < 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }
}
