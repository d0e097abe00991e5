import API
import GRPC
import SwiftProtobuf

/// One method of every kind, served through generated code.
struct EchoHandler: EchoServiceHandler {
    func echo(_ request: EchoRequest, _ call: ServerCall) async throws -> EchoResponse {
        .with { $0.text = request.text }
    }

    func split(_ request: EchoRequest, _ responses: ResponseWriter<EchoResponse>, _ call: ServerCall) async throws {
        for word in request.text.split(separator: " ") {
            try await responses.write(.with { $0.text = String(word) })
        }
        if request.text.hasSuffix("!") { throw Status(.outOfRange, "no more") }
    }

    func join(_ requests: RequestReader<EchoRequest>, _ call: ServerCall) async throws -> EchoResponse {
        var words: [String] = []
        for try await request in requests { words.append(request.text) }
        return .with { $0.text = words.joined(separator: " ") }
    }

    func chat(
        _ requests: RequestReader<EchoRequest>, _ responses: ResponseWriter<EchoResponse>, _ call: ServerCall
    ) async throws {
        while let request = try await requests.next() {
            try await responses.write(.with { $0.text = request.text })
        }
    }

    func `import`(_ call: ServerCall) async throws {
        while let bytes = try await call.receive() { try await call.send(bytes) }
    }

    func discard(_ request: EchoRequest, _ call: ServerCall) async throws -> Google_Protobuf_Empty { .init() }
}
