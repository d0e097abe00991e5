internal import API
internal import Foundation
internal import SwiftProtobuf
internal import TLS

/// Fetches an audit bundle or an excerpt into a file; an interrupted one goes on where it was.
struct BundleDownload {
    let consortium: String
    let registerSize: Int64
    /// Set for an excerpt.
    var excerpt: ExcerptFilter?
    let file: String

    /// - Returns: the bundle's number of bytes.
    /// - Throws: `Status` when the server refuses, `CommandFailure` when the file cannot be written.
    func run(_ client: ExportServiceClient) async throws -> Int64 {
        // Two excerpts of one size differ by what they show.
        let shown = try excerpt.map { "-" + Hexadecimal.text(SHA256.hash(try $0.serializedBytes()).prefix(8)) }
        return try await Download(file: file, identity: "\(registerSize)\(shown ?? "")").run { offset, take in
            var request = ExportAuditBundleRequest()
            request.consortium = consortium
            request.registerSize = registerSize
            request.offset = offset
            if let excerpt { request.excerpt = excerpt }
            let stream = try await client.exportAuditBundle(request)
            do {
                while let piece = try await stream.receive() { try take(piece.offset, piece.data) }
            } catch {
                stream.cancel()
                throw error
            }
        }
    }
}

/// Fetches a table into a file, and its manifest into another beside it.
struct TableDownload {
    /// With the size of the register, so that an interrupted export can go on.
    let request: ExportTableRequest
    let file: String

    /// - Returns: the file's number of bytes and the manifest.
    func run(_ client: ExportServiceClient) async throws -> (bytes: Int64, manifest: String) {
        let identity = "\(request.asOf.registerSize)-\(request.filter.content)-\(request.format)"
        var manifest = ""
        let bytes = try await Download(file: file, identity: identity).run { offset, take in
            var request = request
            request.offset = offset
            let stream = try await client.exportTable(request)
            do {
                while let piece = try await stream.receive() {
                    if piece.manifest.isEmpty { try take(piece.offset, piece.data) } else { manifest = piece.manifest }
                }
            } catch {
                stream.cancel()
                throw error
            }
        }
        guard FileManager.default.createFile(atPath: file + ".manifest.json", contents: Data(manifest.utf8)) else {
            throw CommandFailure("Cannot write \(file).manifest.json.")
        }
        return (bytes, manifest)
    }
}
