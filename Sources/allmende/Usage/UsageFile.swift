internal import API

/// A file of usage, CSV or NDJSON, given out in batches. A line that cannot be read is set aside, not fatal.
struct UsageFile {
    /// Records in a batch: as many as the server takes at once.
    static let batchSize = 10_000

    enum Format {
        case csv
        case ndjson

        /// By the ending of the name: .ndjson and .jsonl, else CSV.
        init(path: String) {
            self = path.hasSuffix(".ndjson") || path.hasSuffix(".jsonl") ? .ndjson : .csv
        }
    }

    /// A line of the file as it stands there.
    struct Line: Sendable, Equatable {
        /// From 1.
        let number: Int
        let text: [UInt8]
    }

    /// Some lines of the file.
    struct Batch: Sendable {
        var records: [UsageRecord] = []
        /// The line of each record.
        var lines: [Line] = []
        /// Lines that hold no record, and why.
        var unreadable: [(line: Line, why: String)] = []
        /// Where the file goes on behind them.
        var end = Place()

        var isEmpty: Bool { records.isEmpty && unreadable.isEmpty }
    }

    /// A place between two lines.
    struct Place: Codable, Sendable, Equatable {
        var offset = 0
        /// Lines before it.
        var lines = 0
    }

    private let batchSize: Int
    private let format: Format
    private let file: LineFile
    private var parser: UsageLineParser
    private var converted: [UInt8] = []

    /// Opens a file and reads its header.
    ///
    /// - Parameters:
    ///   - scales: decimals of each metric's quantities, by the metric's id.
    ///   - place: where to go on; nil for the beginning.
    ///   - batchSize: records in a batch.
    /// - Throws: `CommandFailure` that names the file and the line.
    init(_ path: String, scales: [String: Int], from place: Place? = nil, batchSize: Int = UsageFile.batchSize) throws {
        self.batchSize = batchSize
        format = Format(path: path)
        file = try LineFile(path)
        do {
            switch format {
            case .ndjson:
                let header = UsageLineParser.Column.allCases.map(\.rawValue).joined(separator: ",")
                parser = try Array(header.utf8).withUnsafeBytes {
                    try UsageLineParser(header: $0[...], scales: scales)
                }
            case .csv:
                let parser = try file.withNextLine { line in
                    // A byte order mark, as some spreadsheets write it.
                    let hasMark = line.starts(with: [0xEF, 0xBB, 0xBF])
                    return try UsageLineParser(header: hasMark ? line.dropFirst(3) : line, scales: scales)
                }
                guard let parser else { throw CommandFailure("\(path) is empty.") }
                self.parser = parser
            }
        } catch let mistake as UsageLineParser.Mistake {
            throw CommandFailure("\(path) line \(file.lineNumber): \(mistake.text)")
        }
        if let place { try file.go(to: place.offset, lines: place.lines) }
    }

    /// Lines that were read so far, the header among them.
    var linesRead: Int { file.lineNumber }

    /// The next lines, with as many records as go into one batch; empty at the end of the file.
    ///
    /// - Throws: `CommandFailure` when the file cannot be read.
    mutating func nextBatch() throws -> Batch {
        var batch = Batch()
        batch.records.reserveCapacity(batchSize)
        while batch.records.count + batch.unreadable.count < batchSize {
            let isLine: Void? = try file.withNextLine { line in
                let kept = Line(number: file.lineNumber, text: Array(line))
                do {
                    batch.records.append(try record(line))
                    batch.lines.append(kept)
                } catch let mistake as UsageLineParser.Mistake {
                    batch.unreadable.append((kept, mistake.text))
                }
            }
            if isLine == nil { break }
        }
        batch.end = Place(offset: file.offset, lines: file.lineNumber)
        return batch
    }

    private mutating func record(_ line: UsageLineParser.Bytes) throws(UsageLineParser.Mistake) -> UsageRecord {
        guard format == .ndjson else { return try parser.record(line) }
        try UsageObject.writeFields(of: line, to: &converted)
        // The parser only reads, and only until it returns.
        let bytes = UnsafeRawBufferPointer.allocate(copying: converted)
        defer { bytes.deallocate() }
        return try parser.record(bytes[...])
    }
}

extension UnsafeRawBufferPointer {
    fileprivate static func allocate(copying bytes: [UInt8]) -> UnsafeRawBufferPointer {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Swift.max(bytes.count, 1), alignment: 8)
        memory.copyBytes(from: bytes)
        return UnsafeRawBufferPointer(rebasing: memory[..<bytes.count])
    }
}
