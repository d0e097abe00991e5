import TestSupport
import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(5)))
struct CompressionTests {
    @Test func whatIsCompressedComesBack() throws {
        var generator = SplitMix64(seed: 7)
        for size in [0, 1, 100, 1023, 1024, 1025, 200_000] {
            let random = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
            for message in [random, [UInt8](repeating: 65, count: size)] {
                let coded = Gzip.compress(message)
                let plain = try Gzip.decompress(coded, maximumLength: max(size, 1))
                #expect(plain == message, "\(size) bytes")
            }
        }
    }

    @Test func aBombIsStoppedAtTheLimit() throws {
        let bomb = Gzip.compress([UInt8](repeating: 0, count: 10_000_000))
        #expect(throws: Gzip.Failure.tooLarge) { try Gzip.decompress(bomb, maximumLength: 9_999_999) }
        let plain = try Gzip.decompress(bomb, maximumLength: 10_000_000)
        #expect(plain.count == 10_000_000)
    }

    @Test func whatIsCutOrTrailedIsMalformed() {
        let coded = Gzip.compress(Array("a message".utf8))
        for count in 0..<coded.count {
            #expect(throws: Gzip.Failure.malformed) { try Gzip.decompress(Array(coded[..<count]), maximumLength: 99) }
        }
        #expect(throws: Gzip.Failure.malformed) { try Gzip.decompress(coded + [0], maximumLength: 99) }
    }

    @Test func bothDirectionsCompressOnRequest() async throws {
        var router = Router()
        router.unary(Methods.echo) { request, call in
            call.compressResponses()
            return request
        }
        router.stream(Methods.chat) { call in
            call.compressResponses()
            while let message = try await call.receive() { try await call.send(message) }
        }
        try await Pair.with(router: router) { pair in
            let message = [UInt8](repeating: 1, count: 100_000)
            let options = CallOptions(compressesRequests: true)
            let answer = try await pair.client.unary(Methods.echo, message, options: options)
            #expect(answer == message)
            let call = try await pair.client.open(Methods.chat, options: options)
            for size in [0, 1, 50_000] {
                try await call.send([UInt8](repeating: 2, count: size))
                let answer = try await call.receive()
                #expect(answer == [UInt8](repeating: 2, count: size))
            }
            try await call.finish()
        }
    }

    @Test func singleMessagesGoAsTheyAreInACallThatCompresses() async throws {
        var router = Router()
        router.stream(Methods.chat) { call in
            call.compressResponses()
            while let message = try await call.receive() {
                try await call.send(message + [call.receivedCompressed ? 1 : 0], compressed: !call.receivedCompressed)
            }
        }
        try await Pair.with(router: router) { pair in
            let call = try await pair.client.open(Methods.chat, options: CallOptions(compressesRequests: true))
            for compressed in [true, false, true] {
                try await call.send([7], compressed: compressed)
                let answer = try await call.receive()
                #expect(answer == [7, compressed ? 1 : 0])
                let wasCompressed = await call.receivedCompressed
                #expect(wasCompressed == !compressed)
            }
            try await call.finish()
        }
    }

    @Test func aBombOnTheWireIsRefused() async throws {
        var limits = ServerLimits()
        limits.maximumRequestBytes = 100_000
        var router = Router()
        router.unary(Methods.echo) { request, _ in request }
        try await Pair.with(limits: limits, router: router) { pair in
            let options = CallOptions(compressesRequests: true)
            for (size, code) in [(100_000, nil), (100_001, StatusCode.resourceExhausted)] {
                let message = [UInt8](repeating: 0, count: size)
                let thrown = await status { _ = try await pair.client.unary(Methods.echo, message, options: options) }
                #expect(thrown?.code == code)
            }
        }
    }
}
