import API
import Foundation
import GRPC
import SwiftProtobuf

/// The client's side of the cases that stream.
extension InteropClient {
    static func outputRequest(_ sizes: [Int], _ payloadSize: Int = 0) -> Grpc_Testing_StreamingOutputCallRequest {
        .with {
            $0.responseParameters = sizes.map { size in .with { $0.size = Int32(size) } }
            if payloadSize > 0 { $0.payload = payload(payloadSize) }
        }
    }

    func clientStreaming() async throws {
        let stream = try await service.streamingInputCall(options: Self.options)
        for size in Self.requestSizes { try await stream.send(.with { $0.payload = Self.payload(size) }) }
        let total = try await stream.finishAndReceive().aggregatedPayloadSize
        try Mismatch.unless(total == 74_922, "a total of \(total)")
    }

    func clientCompressedStreaming() async throws {
        var options = Self.options
        options.compressesRequests = true
        func request(_ size: Int, _ compressed: Bool) -> Grpc_Testing_StreamingInputCallRequest {
            .with {
                $0.payload = Self.payload(size)
                $0.expectCompressed.value = compressed
            }
        }
        if !isServerBlind {
            try await expect(.invalidArgument) {
                let probe = try await service.streamingInputCall(options: options)
                try await probe.send(request(27_182, true), compressed: false)
                _ = try await probe.finishAndReceive()
            }
        }
        let stream = try await service.streamingInputCall(options: options)
        try await stream.send(request(27_182, true))
        try await stream.send(request(45_904, false), compressed: false)
        let total = try await stream.finishAndReceive().aggregatedPayloadSize
        try Mismatch.unless(total == 73_086, "a total of \(total)")
    }

    func serverStreaming() async throws {
        let stream = try await service.streamingOutputCall(
            Self.outputRequest(Self.responseSizes), options: Self.options)
        for size in Self.responseSizes { try await expectResponse(stream, size) }
        try await expectEnd(stream)
    }

    func serverCompressedStreaming() async throws {
        var request = Self.outputRequest([31_415, 92_653])
        request.responseParameters[0].compressed.value = true
        request.responseParameters[1].compressed.value = false
        let stream = try await service.streamingOutputCall(request, options: Self.options)
        for (size, compressed) in [(31_415, true), (92_653, false)] {
            try await expectResponse(stream, size)
            let was = await stream.call.receivedCompressed
            try Mismatch.unless(was == compressed, "compressed: \(was) instead of \(compressed)")
        }
        try await expectEnd(stream)
    }

    func pingPong() async throws {
        let stream = try await service.fullDuplexCall(options: Self.options)
        for (ask, size) in zip(Self.requestSizes, Self.responseSizes) {
            try await stream.send(Self.outputRequest([size], ask))
            try await expectResponse(stream, size)
        }
        try await stream.finish()
        try await expectEnd(stream)
    }

    func emptyStream() async throws {
        let stream = try await service.fullDuplexCall(options: Self.options)
        try await stream.finish()
        try await expectEnd(stream)
    }

    func cancelAfterBegin() async throws {
        let stream = try await service.streamingInputCall(options: Self.options)
        stream.cancel()
        try await expect(.cancelled) { _ = try await stream.receive() }
    }

    func cancelAfterFirstResponse() async throws {
        let stream = try await service.fullDuplexCall(options: Self.options)
        try await stream.send(Self.outputRequest([31_415], 27_182))
        try await expectResponse(stream, 31_415)
        stream.cancel()
        try await expect(.cancelled) { _ = try await stream.receive() }
    }

    func timeoutOnSleepingServer() async throws {
        try await expect(.deadlineExceeded) {
            let stream = try await service.fullDuplexCall(options: CallOptions(timeout: .milliseconds(1)))
            try await stream.send(.with { $0.payload = Self.payload(27_182) })
            _ = try await stream.receive()
        }
    }

    private func expectResponse(_ stream: OutputStream, _ size: Int) async throws {
        guard let response = try await stream.receive() else {
            throw Mismatch(description: "the answer of \(size) bytes is missing")
        }
        try check(response.payload, is: size)
    }

    private func expectEnd(_ stream: OutputStream) async throws {
        try Mismatch.unless(try await stream.receive() == nil, "there is an answer too many")
    }
}
