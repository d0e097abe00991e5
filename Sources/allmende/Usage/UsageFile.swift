internal import API

/// A CSV of usage, given out in batches.
struct UsageFile {
    /// Records in a batch: as many as the server takes at once.
    static let batchSize = 10_000

    private let batchSize: Int
    private let file: LineFile
    private var parser: UsageLineParser

    /// Opens a file and reads its header.
    ///
    /// - Parameters:
    ///   - scales: decimals of each metric's quantities, by the metric's id.
    ///   - batchSize: records in a batch.
    /// - Throws: `CommandFailure` that names the file and the line.
    init(_ path: String, scales: [String: Int], batchSize: Int = UsageFile.batchSize) throws {
        self.batchSize = batchSize
        file = try LineFile(path)
        do {
            let parser = try file.withNextLine { line in
                // A byte order mark, as some spreadsheets write it.
                let hasMark = line.starts(with: [0xEF, 0xBB, 0xBF])
                return try UsageLineParser(header: hasMark ? line.dropFirst(3) : line, scales: scales)
            }
            guard let parser else { throw CommandFailure("\(path) is empty.") }
            self.parser = parser
        } catch let mistake as UsageLineParser.Mistake {
            throw CommandFailure("\(path) line \(file.lineNumber): \(mistake.text)")
        }
    }

    /// The next records, as many as go into one batch; none at the end of the file.
    ///
    /// - Throws: `CommandFailure` that names the file and the line.
    mutating func nextBatch() throws -> [UsageRecord] {
        var records: [UsageRecord] = []
        records.reserveCapacity(batchSize)
        do {
            while records.count < batchSize,
                let record = try file.withNextLine({ try parser.record($0) })
            {
                records.append(record)
            }
        } catch let mistake as UsageLineParser.Mistake {
            throw CommandFailure("\(file.path) line \(file.lineNumber): \(mistake.text)")
        }
        return records
    }
}
