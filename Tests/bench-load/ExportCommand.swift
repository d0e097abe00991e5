import API
import ArgumentParser
import EventLoop
import Foundation
import GRPC
import Register

/// An audit bundle, read and thrown away.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Exports a consortium's bundle or table of usage; counts bytes and rows.")

    @OptionGroup var server: ServerAddress
    @Option(help: "Consortium that is exported.")
    var consortium = "bench"
    @Flag(help: "The table of usage instead of the bundle.")
    var table = false
    @Option(help: "Code of the party whose usage alone is exported, as an excerpt.")
    var party: String?
    @Option(name: .customLong("to"), help: "File to keep the bundle in.")
    var file: String?
    @Option(help: "How to print: table or json.")
    var output = OutputFormat.table

    func run() async throws {
        if table { return try await exportTable() }
        let group = EventLoopGroup(count: 1)
        let client = Client(configuration: server.configuration(as: .auditor), loop: group.loops[0])
        var request = ExportAuditBundleRequest()
        request.consortium = BenchConsortium(id: consortium).name
        if let party { request.excerpt.party = "parties/" + party }
        let start = EventLoop.now
        let pieces = try await ExportServiceClient(client).exportAuditBundle(request)
        var counter = BundleCounter()
        var handle: FileHandle?
        if let file {
            _ = FileManager.default.createFile(atPath: file, contents: nil)
            handle = FileHandle(forWritingAtPath: file)
        }
        for try await piece in pieces {
            try counter.feed(piece.data)
            try handle?.write(contentsOf: piece.data)
        }
        try handle?.close()
        let seconds = Double(EventLoop.now - start) / 1e9
        try counter.finish()
        await client.close()
        try output.print(ExportFigures(rows: counter.rows, bytes: counter.bytes, seconds: seconds))
    }

    private func exportTable() async throws {
        let group = EventLoopGroup(count: 1)
        let client = Client(configuration: server.configuration(as: .auditor), loop: group.loops[0])
        var request = ExportTableRequest()
        request.filter.consortium = BenchConsortium(id: consortium).name
        request.filter.content = .usage
        request.format = .csv
        let start = EventLoop.now
        let pieces = try await ExportServiceClient(client).exportTable(request)
        // The header is a line, too.
        var (bytes, rows) = (0, -1)
        for try await piece in pieces {
            bytes += piece.data.count
            rows += piece.data.reduce(0) { $0 &+ ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        }
        let seconds = Double(EventLoop.now - start) / 1e9
        await client.close()
        try output.print(ExportFigures(rows: rows, bytes: bytes, seconds: seconds))
    }
}

/// Counts what a bundle holds while it passes.
struct BundleCounter {
    private var reader = TarReader()
    private var isUsage = false
    private(set) var bytes = 0
    private(set) var rows = 0

    mutating func feed(_ piece: Data) throws {
        bytes += piece.count
        var (isUsage, rows) = (isUsage, rows)
        try piece.withUnsafeBytes { bytes in
            try reader.feed(bytes) { event in
                switch event {
                case .member(let name, _):
                    isUsage = name.hasPrefix("usage/")
                    // The header is a line, too.
                    if isUsage { rows -= 1 }
                case .content(let content):
                    if isUsage { rows += content.reduce(0) { $0 &+ ($1 == UInt8(ascii: "\n") ? 1 : 0) } }
                case .endOfMember: isUsage = false
                }
            }
        }
        (self.isUsage, self.rows) = (isUsage, rows)
    }

    /// - Throws: `TarError` when the bundle breaks off.
    func finish() throws { try reader.finish() }
}

/// What an export has reached.
struct ExportFigures: Figures {
    let seconds: Double
    let bytes: Int
    let rowCount: Int
    let rowsPerSecond: Double
    let megabytesPerSecond: Double

    init(rows: Int, bytes: Int, seconds: Double) {
        self.seconds = seconds
        self.bytes = bytes
        rowCount = rows
        rowsPerSecond = Double(rows) / seconds
        megabytesPerSecond = Double(bytes) / 1e6 / seconds
    }

    var rows: [(String, String)] {
        [
            ("bytes", "\(bytes) in \(seconds.text(2)) s"), ("usage rows", "\(rowCount)"),
            ("rows/s", rowsPerSecond.text(0)), ("MB/s", megabytesPerSecond.text()),
        ]
    }
}
