import API
import EventLoop
import Foundation
import GRPC
import SwiftProtobuf

/// Does what requests ask for.
enum InteropServer {
    /// Every method but those that no server has.
    static func router() -> Router {
        typealias Methods = Grpc_Testing_TestServiceMethods
        var router = Router()
        router.routeUnary(Methods.emptyCall) { (request: Grpc_Testing_Empty, call) in
            echoMetadata(call)
            return request
        }
        router.routeUnary(Methods.unaryCall, answer)
        router.routeUnary(Methods.cacheableUnaryCall) { request, call in
            var response = try await answer(request, call)
            call.initialMetadata.add("cache-control", "max-age=60, public")
            response.payload.body = Data("\(EventLoop.now)".utf8)
            return response
        }
        router.routeServerStreaming(Methods.streamingOutputCall) {
            (request: Grpc_Testing_StreamingOutputCallRequest, writer: OutputWriter, call) in
            echoMetadata(call)
            try await stream(request, writer, call)
        }
        router.routeClientStreaming(Methods.streamingInputCall, total)
        router.routeBidirectional(Methods.fullDuplexCall) {
            (requests: OutputReader, writer: OutputWriter, call) in
            echoMetadata(call)
            for try await request in requests { try await stream(request, writer, call) }
        }
        router.routeBidirectional(Methods.halfDuplexCall) {
            (requests: OutputReader, writer: OutputWriter, call) in
            echoMetadata(call)
            var all: [Grpc_Testing_StreamingOutputCallRequest] = []
            for try await request in requests { all.append(request) }
            for request in all { try await stream(request, writer, call) }
        }
        return router
    }

    private typealias OutputReader = RequestReader<Grpc_Testing_StreamingOutputCallRequest>
    private typealias OutputWriter = ResponseWriter<Grpc_Testing_StreamingOutputCallResponse>

    private static func answer(
        _ request: Grpc_Testing_SimpleRequest, _ call: ServerCall
    ) async throws -> Grpc_Testing_SimpleResponse {
        echoMetadata(call)
        if request.hasExpectCompressed { try expect(request.expectCompressed.value, call) }
        if request.hasResponseStatus { try end(with: request.responseStatus) }
        if request.responseCompressed.value { call.compressResponses() }
        return try .with { $0.payload = try payload(request.responseSize) }
    }

    private static func total(
        _ requests: RequestReader<Grpc_Testing_StreamingInputCallRequest>, _ call: ServerCall
    ) async throws -> Grpc_Testing_StreamingInputCallResponse {
        echoMetadata(call)
        var size = 0
        for try await request in requests {
            if request.hasExpectCompressed { try expect(request.expectCompressed.value, call) }
            size += request.payload.body.count
        }
        return .with { $0.aggregatedPayloadSize = Int32(clamping: size) }
    }

    private static func stream(
        _ request: Grpc_Testing_StreamingOutputCallRequest, _ writer: OutputWriter, _ call: ServerCall
    ) async throws {
        if request.hasResponseStatus { try end(with: request.responseStatus) }
        if request.responseParameters.contains(where: \.compressed.value) { call.compressResponses() }
        for parameters in request.responseParameters {
            if parameters.intervalUs > 0 { await pause(.microseconds(Int64(parameters.intervalUs))) }
            let response = try Grpc_Testing_StreamingOutputCallResponse.with {
                $0.payload = try payload(parameters.size)
            }
            try await writer.write(response, compressed: parameters.compressed.value)
        }
    }

    /// What `custom_metadata` asks for.
    private static func echoMetadata(_ call: ServerCall) {
        if let text = call.metadata["x-grpc-test-echo-initial"] {
            call.initialMetadata.add("x-grpc-test-echo-initial", text)
        }
        if let bytes = call.metadata.binary("x-grpc-test-echo-trailing-bin") {
            call.trailers.addBinary("x-grpc-test-echo-trailing-bin", bytes)
        }
    }

    private static func expect(_ compressed: Bool, _ call: ServerCall) throws {
        guard compressed == call.receivedCompressed else {
            throw Status(.invalidArgument, "the message was \(call.receivedCompressed ? "" : "not ")compressed")
        }
    }

    private static func end(with asked: Grpc_Testing_EchoStatus) throws {
        let code = StatusCode(rawValue: Int(asked.code)) ?? .unknown
        if code != .ok { throw Status(code, asked.message) }
    }

    private static func payload(_ size: Int32) throws -> Grpc_Testing_Payload {
        guard size >= 0 else { throw Status(.invalidArgument, "a size is not negative") }
        return .with { $0.body = Data(count: Int(size)) }
    }

    private static func pause(_ duration: Duration) async {
        guard let loop = EventLoop.current else { return }
        var timer: LoopTimer?
        await withUnsafeContinuation { continuation in
            timer = LoopTimer(loop: loop) { continuation.resume() }
            timer?.start(after: duration)
        }
        timer?.close()
    }
}
