internal import API
internal import Foundation
internal import GRPC
internal import Terminal

/// Fetches an audit bundle into a file. What is there of an earlier attempt is kept: the server gives the same bytes for
/// the same size of the register, so that the rest is enough.
struct BundleDownload {
    /// Attempts that may bring nothing new before it is given up.
    private static let attempts = 5

    let consortium: String
    let registerSize: Int64
    let file: String

    /// Where the bundle grows until it is whole; it names the size, so that no two bundles are mixed.
    private var part: String { "\(file).\(registerSize).part" }

    /// - Returns: the bundle's number of bytes.
    /// - Throws: `Status` when the server refuses, `CommandFailure` when the file cannot be written.
    func run(_ client: ExportServiceClient) async throws -> Int64 {
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
                try await append(to: handle, &size, client) { bar.update(Int($0), now: Device.now) }
                break
            } catch let status as Status where status.code == .unavailable {
                failures = size > before ? 1 : failures + 1
                if failures == BundleDownload.attempts { throw status }
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

    private func append(
        to handle: FileHandle, _ size: inout Int64, _ client: ExportServiceClient, _ progress: (Int64) -> Void
    ) async throws {
        var request = ExportAuditBundleRequest()
        request.consortium = consortium
        request.registerSize = registerSize
        request.offset = size
        try position(handle, at: size)
        let stream = try await client.exportAuditBundle(request)
        while let piece = try await stream.receive() {
            guard piece.offset == size else {
                stream.cancel()
                throw CommandFailure(
                    "The server sent bytes from \(piece.offset) on where \(size) was expected; repeat.")
            }
            do {
                try handle.write(contentsOf: piece.data)
            } catch {
                stream.cancel()
                throw CommandFailure("Cannot write \(part): \(error.localizedDescription)")
            }
            size += Int64(piece.data.count)
            progress(size)
        }
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
