import ArgumentParser
import EventLoop
import Foundation
import Postgres

/// A binary `COPY` between a table and a file.
struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copies a table into a file, or a file into a table, in binary.")

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "Table, without quotes.")
    var table: String
    @Option(help: "File to write to.")
    var to: String?
    @Option(help: "File to read from.")
    var from: String?
    @Option(help: "How to print: table or json.")
    var output = OutputFormat.table

    func validate() throws {
        guard (to == nil) != (from == nil) else { throw ValidationError("Give either --to or --from.") }
    }

    func run() async throws {
        let (bytes, seconds) = try await options.withDatabase(loops: 1) { database, _ in
            let began = EventLoop.now
            let bytes: Int
            if let to {
                bytes = try await copyOut(database, to)
            } else {
                bytes = try await copyIn(database, from ?? "")
            }
            return (bytes, Double(EventLoop.now - began) / 1e9)
        }
        try output.print(CopyFigures(bytes: bytes, seconds: seconds))
    }

    private static let pieceSize = 262_144

    private func copyOut(_ database: Database, _ path: String) async throws -> Int {
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw ValidationError("cannot write to \(path)")
        }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        try file.write(contentsOf: CopyRows.header)
        let count = try await database.withTransaction { transaction in
            let copy = try await transaction.copyOut("COPY \(SQL.identifier(table)) TO STDOUT (FORMAT binary)")
            var buffer: [UInt8] = []
            buffer.reserveCapacity(2 * CopyCommand.pieceSize)
            while try await copy.read(into: &buffer, upTo: CopyCommand.pieceSize) {
                try file.write(contentsOf: buffer)
                buffer.removeAll(keepingCapacity: true)
            }
            return Int(try file.offset())
        }
        try file.write(contentsOf: CopyRows.trailer)
        return count
    }

    private func copyIn(_ database: Database, _ path: String) async throws -> Int {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        _ = try await database.withTransaction { transaction in
            try await transaction.copyIn("COPY \(SQL.identifier(table)) FROM STDIN (FORMAT binary)") { copy in
                while let piece = try file.read(upToCount: CopyCommand.pieceSize), !piece.isEmpty {
                    try await copy.write([UInt8](piece))
                }
            }
        }
        return Int(try file.offset())
    }
}

/// How long a copy took, without starting and connecting.
private struct CopyFigures: Figures {
    let bytes: Int
    let seconds: Double

    var rows: [(String, String)] {
        [("bytes", "\(bytes)"), ("seconds", seconds.text(3))]
    }
}
