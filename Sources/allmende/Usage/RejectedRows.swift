internal import Foundation

/// The file of the rows that were not stored: line number, field, reason and message, and the row as it was.
///
/// It is made when the first such row comes, so that a report without any leaves no file.
final class RejectedRows {
    /// How far the file has come.
    struct Place: Codable, Equatable {
        var rows = 0
        var bytes: UInt64 = 0
    }

    static let header = "line,field,reason,message,row\r\n"

    let path: String
    private(set) var place = Place()
    private var handle: FileHandle?

    /// - Parameter known: where an interrupted report, which goes on, had come to; rows behind it come again.
    init(_ path: String, after known: Place? = nil) {
        self.path = path
        // Whoever has taken the file away meanwhile has the rows.
        if let known, known.rows > 0, let handle = FileHandle(forUpdatingAtPath: path),
            let end = try? handle.seekToEnd(), end >= known.bytes, (try? handle.truncate(atOffset: known.bytes)) != nil
        {
            self.handle = handle
            place = known
        } else {
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    func add(_ line: UsageFile.Line, field: String, reason: String, message: String) throws {
        if handle == nil {
            guard FileManager.default.createFile(atPath: path, contents: nil),
                let handle = FileHandle(forWritingAtPath: path)
            else { throw CommandFailure("Cannot write \(path).") }
            self.handle = handle
            try write(Self.header)
        }
        let row = String(decoding: line.text, as: UTF8.self)
        let cells = ["\(line.number)", field, reason, quoted(message), quoted(row)]
        try write(cells.joined(separator: ",") + "\r\n")
        place.rows += 1
    }

    private func write(_ text: String) throws {
        do {
            try handle?.write(contentsOf: Data(text.utf8))
        } catch {
            throw CommandFailure("Cannot write \(path): \(error.localizedDescription)")
        }
        place.bytes += UInt64(text.utf8.count)
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
