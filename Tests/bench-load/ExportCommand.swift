import API
import ArgumentParser
import EventLoop
import Foundation
import GRPC
import Register

/// An audit bundle, read and thrown away.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Exports a consortium's audit bundle; counts its bytes and usage rows.")

    @OptionGroup var server: ServerAddress
    @Option(help: "Consortium that is exported.")
    var consortium = "bench"
    @Option(help: "How to print: table or json.")
    var output = OutputFormat.table

    func run() async throws {
        let group = EventLoopGroup(count: 1)
        let client = Client(configuration: server.configuration(as: .auditor), loop: group.loops[0])
        var request = ExportAuditBundleRequest()
        request.consortium = BenchConsortium(id: consortium).name
        let start = EventLoop.now
        let pieces = try await ExportServiceClient(client).exportAuditBundle(request)
        var counter = BundleCounter()
        for try await piece in pieces { try counter.feed(piece.data) }
        let seconds = Double(EventLoop.now - start) / 1e9
        try counter.finish()
        await client.close()
        try output.print(ExportFigures(counter, seconds: seconds))
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

    init(_ counter: BundleCounter, seconds: Double) {
        self.seconds = seconds
        bytes = counter.bytes
        rowCount = counter.rows
        rowsPerSecond = Double(counter.rows) / seconds
        megabytesPerSecond = Double(counter.bytes) / 1e6 / seconds
    }

    var rows: [(String, String)] {
        [
            ("bytes", "\(bytes) in \(seconds.text(2)) s"), ("usage rows", "\(rowCount)"),
            ("rows/s", rowsPerSecond.text(0)), ("MB/s", megabytesPerSecond.text()),
        ]
    }
}
