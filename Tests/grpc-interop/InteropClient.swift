import API
import Foundation
import GRPC
import SwiftProtobuf

/// The client's side of the cases with one answer.
struct InteropClient {
    typealias Methods = Grpc_Testing_TestServiceMethods
    typealias OutputStream = ClientStream<
        Grpc_Testing_StreamingOutputCallRequest, Grpc_Testing_StreamingOutputCallResponse
    >

    let client: Client
    /// The server's library does not tell whether a request was compressed.
    let isServerBlind: Bool
    var service: Grpc_Testing_TestServiceClient { Grpc_Testing_TestServiceClient(client) }

    /// What the descriptions of the cases prescribe.
    static let largeRequest = 271_828
    static let largeResponse = 314_159
    static let requestSizes = [27_182, 8, 1_828, 45_904]
    static let responseSizes = [31_415, 9, 2_653, 58_979]
    static let options = CallOptions(timeout: .seconds(30))

    func run(_ one: InteropCase) async throws {
        switch one {
        case .emptyUnary: _ = try await service.emptyCall(.init(), options: Self.options)
        case .cacheableUnary: try await cacheableUnary()
        case .largeUnary: try await largeUnary()
        case .clientCompressedUnary: try await clientCompressedUnary()
        case .serverCompressedUnary: try await serverCompressedUnary()
        case .clientStreaming: try await clientStreaming()
        case .clientCompressedStreaming: try await clientCompressedStreaming()
        case .serverStreaming: try await serverStreaming()
        case .serverCompressedStreaming: try await serverCompressedStreaming()
        case .pingPong: try await pingPong()
        case .emptyStream: try await emptyStream()
        case .customMetadata: try await customMetadata()
        case .statusCodeAndMessage: try await statusCodeAndMessage()
        case .specialStatusMessage: try await specialStatusMessage()
        case .unimplementedMethod:
            try await expect(.unimplemented) { _ = try await service.unimplementedCall(.init(), options: Self.options) }
        case .unimplementedService:
            let other = Grpc_Testing_UnimplementedServiceClient(client)
            try await expect(.unimplemented) { _ = try await other.unimplementedCall(.init(), options: Self.options) }
        case .cancelAfterBegin: try await cancelAfterBegin()
        case .cancelAfterFirstResponse: try await cancelAfterFirstResponse()
        case .timeoutOnSleepingServer: try await timeoutOnSleepingServer()
        }
    }

    /// Expects that `body` fails so.
    func expect(_ code: StatusCode, _ message: String? = nil, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let status as Status {
            try Mismatch.unless(status.code == code, "\(status) instead of \(code)")
            if let message { try Mismatch.unless(status.message == message, "the text is \(status.message)") }
            return
        }
        throw Mismatch(description: "the call went well instead of ending with \(code)")
    }

    static func payload(_ size: Int) -> Grpc_Testing_Payload { .with { $0.body = Data(count: size) } }

    static func largeRequestMessage() -> Grpc_Testing_SimpleRequest {
        .with {
            $0.responseSize = Int32(largeResponse)
            $0.payload = payload(largeRequest)
        }
    }

    func check(_ payload: Grpc_Testing_Payload, is size: Int) throws {
        try Mismatch.unless(payload.body == Data(count: size), "\(payload.body.count) bytes instead of \(size) zeros")
    }

    // MARK: - Cases with one answer

    private func largeUnary() async throws {
        let response = try await service.unaryCall(Self.largeRequestMessage(), options: Self.options)
        try check(response.payload, is: Self.largeResponse)
    }

    /// Without a caching proxy between the two, both calls reach the server; what is left to see is that they work.
    private func cacheableUnary() async throws {
        var options = Self.options
        options.metadata.add("x-user-ip", "1.2.3.4")
        for _ in 0..<2 {
            let response = try await service.cacheableUnaryCall(.init(), options: options)
            try Mismatch.unless(!response.payload.body.isEmpty, "the answer is empty")
        }
    }

    /// One request, in the call's own encoding or not, and the answer with the way it came.
    private func unary(
        _ request: Grpc_Testing_SimpleRequest, compressed: Bool
    ) async throws -> (response: Grpc_Testing_SimpleResponse, wasCompressed: Bool) {
        var options = Self.options
        options.compressesRequests = compressed
        let stream: ClientStream<Grpc_Testing_SimpleRequest, Grpc_Testing_SimpleResponse> =
            try await client.openStream(Methods.unaryCall, request, options)
        guard let response = try await stream.receive() else { throw Mismatch(description: "there is no answer") }
        let wasCompressed = await stream.call.receivedCompressed
        try Mismatch.unless(try await stream.receive() == nil, "there are two answers")
        return (response, wasCompressed)
    }

    private func clientCompressedUnary() async throws {
        var request = Self.largeRequestMessage()
        request.expectCompressed.value = true
        if !isServerBlind {
            try await expect(.invalidArgument) { _ = try await unary(request, compressed: false) }
        }
        try check(try await unary(request, compressed: true).response.payload, is: Self.largeResponse)
        request.expectCompressed.value = false
        try check(try await unary(request, compressed: false).response.payload, is: Self.largeResponse)
    }

    private func serverCompressedUnary() async throws {
        for compressed in [true, false] {
            var request = Self.largeRequestMessage()
            request.responseCompressed.value = compressed
            let (response, wasCompressed) = try await unary(request, compressed: false)
            try check(response.payload, is: Self.largeResponse)
            try Mismatch.unless(wasCompressed == compressed, "compressed: \(wasCompressed) instead of \(compressed)")
        }
    }

    private func customMetadata() async throws {
        var options = Self.options
        let (text, bytes) = ("test_initial_metadata_value", [0xAB, 0xAB, 0xAB] as [UInt8])
        options.metadata.add("x-grpc-test-echo-initial", text)
        options.metadata.addBinary("x-grpc-test-echo-trailing-bin", bytes)
        func checkMetadata(_ call: ClientCall) async throws {
            let initial = await call.initialMetadata["x-grpc-test-echo-initial"]
            try Mismatch.unless(initial == text, "initial metadata: \(initial ?? "none")")
            let trailing = await call.trailers.binary("x-grpc-test-echo-trailing-bin")
            try Mismatch.unless(trailing == bytes, "trailing metadata: \(trailing ?? [])")
        }
        let unary: ClientStream<Grpc_Testing_SimpleRequest, Grpc_Testing_SimpleResponse> =
            try await client.openStream(Methods.unaryCall, Self.largeRequestMessage(), options)
        while let response = try await unary.receive() { try check(response.payload, is: Self.largeResponse) }
        try await checkMetadata(unary.call)
        let duplex = try await service.fullDuplexCall(options: options)
        try await duplex.send(Self.outputRequest([Self.largeResponse], Self.largeRequest))
        try await duplex.finish()
        while let response = try await duplex.receive() { try check(response.payload, is: Self.largeResponse) }
        try await checkMetadata(duplex.call)
    }

    private func statusCodeAndMessage() async throws {
        let asked = Grpc_Testing_EchoStatus.with {
            $0.code = 2
            $0.message = "test status message"
        }
        try await expect(.unknown, asked.message) {
            _ = try await service.unaryCall(.with { $0.responseStatus = asked }, options: Self.options)
        }
        try await expect(.unknown, asked.message) {
            let duplex = try await service.fullDuplexCall(options: Self.options)
            try await duplex.send(.with { $0.responseStatus = asked })
            try await duplex.finish()
            while try await duplex.receive() != nil {}
        }
    }

    private func specialStatusMessage() async throws {
        let text = "\t\ntest with whitespace\r\nand Unicode BMP \u{263A} and non-BMP \u{1F608}\t\n"
        let asked = Grpc_Testing_EchoStatus.with {
            $0.code = 2
            $0.message = text
        }
        try await expect(.unknown, text) {
            _ = try await service.unaryCall(.with { $0.responseStatus = asked }, options: Self.options)
        }
    }
}
