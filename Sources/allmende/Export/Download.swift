internal import Foundation
internal import GRPC
internal import Terminal

/// Fetches a file that the server makes the same way every time. What is there of an earlier attempt is kept: the rest
/// is enough.
struct Download {
    /// Attempts that may bring nothing new before it is given up.
    private static let attempts = 5

    /// The file to write.
    let file: String
    /// What the bytes depend on, so that no two files are mixed.
    let identity: String

    /// Where the file grows until it is whole.
    private var part: String { "\(file).\(identity).part" }

    /// Fetches the file.
    ///
    /// - Parameter fetch: receives the pieces from an offset on and gives each to its second argument.
    /// - Returns: the file's number of bytes.
    /// - Throws: `Status` when the server refuses, `CommandFailure` when the file cannot be written.
    func run(
        _ fetch: (_ offset: Int64, _ take: (_ offset: Int64, _ data: Data) throws -> Void) async throws -> Void
    ) async throws -> Int64 {
        var size = try beginning()
        let start = Device.now
        var bar = ProgressBar(
            "Export", unit: "bytes", total: nil, isTerminal: Device.drawsProgress, now: start, write: Device.remark)
        guard let handle = FileHandle(forWritingAtPath: part) else { throw CommandFailure("Cannot write \(part).") }
        defer { try? handle.close() }
        var failures = 0
        while true {
            let before = size
            do {
                try position(handle, at: size)
                try await fetch(size) { offset, data in
                    try append(data, from: offset, to: handle, &size)
                    bar.update(Int(size), now: Device.now)
                }
                break
            } catch let status as Status where status.code == .unavailable {
                failures = size > before ? 1 : failures + 1
                if failures == Download.attempts { throw status }
            }
        }
        bar.finish(Int(size), now: Device.now)
        try moveIntoPlace()
        return size
    }

    private func beginning() throws -> Int64 {
        let files = FileManager.default
        if !files.fileExists(atPath: part), !files.createFile(atPath: part, contents: nil) {
            throw CommandFailure("Cannot write \(part).")
        }
        let size = try? files.attributesOfItem(atPath: part)[.size] as? Int64
        return size ?? 0
    }

    private func append(_ data: Data, from offset: Int64, to handle: FileHandle, _ size: inout Int64) throws {
        guard offset == size else {
            throw CommandFailure("The server sent bytes from \(offset) on where \(size) was expected; repeat.")
        }
        do {
            try handle.write(contentsOf: data)
        } catch {
            throw CommandFailure("Cannot write \(part): \(error.localizedDescription)")
        }
        size += Int64(data.count)
    }

    private func position(_ handle: FileHandle, at size: Int64) throws {
        do {
            try handle.seek(toOffset: UInt64(size))
        } catch {
            throw CommandFailure("Cannot write \(part): \(error.localizedDescription)")
        }
    }

    private func moveIntoPlace() throws {
        guard rename(part, file) == 0 else {
            throw CommandFailure("Cannot move \(part) to \(file): \(String(cString: strerror(errno))).")
        }
    }
}
