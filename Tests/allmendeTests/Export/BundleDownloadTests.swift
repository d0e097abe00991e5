import API
import Foundation
import GRPC
import Synchronization
import TestServer
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct BundleDownloadTests {
    private static let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }

    /// Gives out `content` in pieces from the offset that is asked for, and breaks off where told.
    private final class Exporter: ExportServiceHandler {
        private let breaks: Mutex<[Int]>
        let asked = Mutex<[ExportAuditBundleRequest]>([])

        init(breaksAfter breaks: [Int]) {
            self.breaks = Mutex(breaks)
        }

        func exportTable(
            _: ExportTableRequest, _: ResponseWriter<ExportTableResponse>, _: ServerCall
        ) async throws {
            throw Status(.unimplemented)
        }

        func exportAuditBundle(
            _ request: ExportAuditBundleRequest, _ responses: ResponseWriter<ExportAuditBundleResponse>,
            _ call: ServerCall
        ) async throws {
            asked.withLock { $0.append(request) }
            let end = breaks.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            var offset = Int(request.offset)
            while offset < end ?? content.count {
                var piece = ExportAuditBundleResponse()
                piece.offset = Int64(offset)
                piece.data = Data(content[offset..<min(offset + 65_536, end ?? content.count)])
                try await responses.write(piece)
                offset += piece.data.count
            }
            if end != nil { throw Status(.unavailable, "the server goes down") }
        }
    }

    private func fetch(
        breaksAfter breaks: [Int], leftOver: Int = 0, _ check: (String, [ExportAuditBundleRequest]) throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + "/bundle.tar"
        if leftOver > 0 {
            let part = Data(Self.content.prefix(leftOver))
            try #require(FileManager.default.createFile(atPath: file + ".7.part", contents: part))
        }
        let exporter = Exporter(breaksAfter: breaks)
        var router = Router()
        router.register(exporter)
        try await TestServer.with(router) { server in
            let download = BundleDownload(consortium: "consortia/itzgrund", registerSize: 7, file: file)
            let count = try await download.run(ExportServiceClient(server.client))
            #expect(count == Int64(Self.content.count))
        }
        try check(file, exporter.asked.withLock { $0 })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["bundle.tar"])
    }

    @Test func aBrokenExportGoesOnWhereItWas() async throws {
        try await fetch(breaksAfter: [100_000, 100_000, 250_000]) { file, asked in
            #expect(FileManager.default.contents(atPath: file) == Data(Self.content))
            #expect(asked.map(\.offset) == [0, 100_000, 100_000, 250_000])
            #expect(asked.allSatisfy { $0.registerSize == 7 && $0.consortium == "consortia/itzgrund" })
        }
    }

    @Test func whatAnEarlierRunLeftIsNotFetchedAgain() async throws {
        try await fetch(breaksAfter: [], leftOver: 123_456) { file, asked in
            #expect(FileManager.default.contents(atPath: file) == Data(Self.content))
            #expect(asked.map(\.offset) == [123_456])
        }
    }

    @Test func aServerThatBringsNothingIsGivenUp() async throws {
        let failure = await status {
            try await fetch(breaksAfter: Array(repeating: 0, count: 20)) { _, _ in }
        }
        #expect(failure?.code == .unavailable)
    }
}
