internal import Foundation

/// The file of the rows that were not stored: line number, field, reason and message, and the row as it was.
///
/// It is made when the first such row comes, so that a report without any leaves no file.
final class RejectedRows {
    static let header = "line,field,reason,message,row\r\n"

    let path: String
    private(set) var count = 0
    private var handle: FileHandle?
    private let appends: Bool

    /// - Parameter appends: whether an interrupted report goes on, whose rows are kept.
    init(_ path: String, appends: Bool) {
        self.path = path
        self.appends = appends
        if !appends { try? FileManager.default.removeItem(atPath: path) }
    }

    func add(_ line: UsageFile.Line, field: String, reason: String, message: String) throws {
        if handle == nil { handle = try open() }
        count += 1
        let row = String(decoding: line.text, as: UTF8.self)
        let cells = ["\(line.number)", field, reason, quoted(message), quoted(row)]
        do {
            try handle?.write(contentsOf: Data((cells.joined(separator: ",") + "\r\n").utf8))
        } catch {
            throw CommandFailure("Cannot write \(path): \(error.localizedDescription)")
        }
    }

    private func open() throws -> FileHandle {
        let isThere = appends && FileManager.default.fileExists(atPath: path)
        if !isThere { _ = FileManager.default.createFile(atPath: path, contents: Data(Self.header.utf8)) }
        guard let handle = FileHandle(forWritingAtPath: path) else { throw CommandFailure("Cannot write \(path).") }
        do {
            try handle.seekToEnd()
        } catch {
            throw CommandFailure("Cannot write \(path): \(error.localizedDescription)")
        }
        return handle
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
