internal import Audit
internal import Domain
internal import GRPC
internal import TLS

/// Takes the rows of a table and sends them as a file: written, added up, compressed, hashed, cut into pieces. Bytes
/// before the wanted offset are made and hashed, and not sent.
///
/// Not Sendable: it belongs to the task that exports.
final class TableSink {
    /// Bytes of rows that are written before they are sent on: one message together with the row that goes beyond.
    private static let batch = 120 << 10

    var writer: TableWriter
    private var sums: [TableManifest.Sum] = []
    private let name: String
    private let gzip: GzipStream?
    private let stream: PieceStream
    private let contentDigest = SHA256Hasher()
    private let fileDigest = SHA256Hasher()
    private var contentBytes: Int64 = 0
    private var fileBytes: Int64 = 0

    init(_ question: TableQuestion, _ stream: PieceStream) {
        writer = TableWriter(question.table, as: question.format)
        name = question.fileName
        gzip = question.isCompressed ? GzipStream() : nil
        self.stream = stream
    }

    /// The slot in which a column's values for one unit are added up.
    func slot(_ column: String, _ unit: String, scale: Int) -> Int {
        if let slot = sums.firstIndex(where: { $0.column == column && $0.unit == unit }) { return slot }
        sums.append(TableManifest.Sum(column: column, unit: unit, scale: scale))
        return sums.count - 1
    }

    func add(_ units: Int64, to slot: Int) {
        sums[slot].units += Int128(units)
        sums[slot].rows += 1
    }

    /// Sends what is written when it is enough; suspends while the reader is slow.
    func flushIfFull() async throws {
        if writer.pendingCount >= TableSink.batch { try await flush() }
    }

    /// Sends the rest, and returns what the manifest says of the files.
    func finish() async throws -> (files: [TableManifest.File], sums: [TableManifest.Sum]) {
        try await flush()
        let content = TableManifest.File(name: name, bytes: contentBytes, sha256: contentDigest.digest())
        guard let gzip else { return ([content], sums) }
        try await send(gzip.finish())
        let file = TableManifest.File(name: name + ".gz", bytes: fileBytes, sha256: fileDigest.digest())
        return ([content, file], sums)
    }

    private func flush() async throws {
        let bytes = writer.take()
        contentDigest.feed(bytes)
        contentBytes += Int64(bytes.count)
        if let gzip {
            try await send(gzip.compress(bytes))
        } else {
            try await stream.write(bytes)
        }
    }

    private func send(_ bytes: [UInt8]) async throws {
        fileDigest.feed(bytes)
        fileBytes += Int64(bytes.count)
        try await stream.write(bytes)
    }
}

extension SHA256Hasher {
    fileprivate func feed(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    fileprivate func digest() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { output, count in
            if let start = output.baseAddress {
                finish(into: start)
                count = SHA256.byteCount
            }
        }
    }
}
