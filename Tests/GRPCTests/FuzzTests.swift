import Foundation
import GRPC
import TestSupport
import Testing

/// What clients might send by mistake or on purpose: what the fuzzer has found worth keeping, all cases of the RFCs,
/// and mutations of both. Whatever it is, the connection ends and others are served.
@Suite(.timeLimit(.minutes(5)))
struct FuzzTests {
    /// One input a line, in hexadecimal digits; deploy/dev/fuzz adds to it.
    private static let corpusFile = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Corpus/frames.hex")

    private static func corpus() throws -> [[UInt8]] {
        let kept = try String(contentsOf: corpusFile, encoding: .utf8).split(separator: "\n").map { line in
            stride(from: 0, to: line.utf8.count, by: 2).map { offset in
                let start = line.index(line.startIndex, offsetBy: offset)
                return UInt8(line[start..<line.index(start, offsetBy: 2)], radix: 16) ?? 0
            }
        }
        let cases = ConformanceTests.all.map { example in
            let peer = RawPeer()
            example.send(peer)
            return peer.recorded
        }
        return kept + cases
    }

    private func survive(_ inputs: [[UInt8]]) async throws {
        var router = Router()
        router.unary(Methods.echo) { request, _ in request }
        router.stream(Methods.chat) { call in
            while let message = try await call.receive() { try await call.send(message) }
        }
        try await Pair.with(isSecure: false, router: router) { pair in
            for input in inputs {
                let peer = RawPeer(port: pair.port, sendsPreface: false)
                peer.send(input)
                peer.finish()
                let isEnded = await peer.ended()
                #expect(isEnded, "\(input.map { String($0, radix: 16) })")
            }
            let answer = try await pair.client.unary(Methods.echo, [1])
            #expect(answer == [1])
        }
    }

    @Test func theCorpusIsSurvived() async throws {
        try await survive(try Self.corpus())
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func mutationsAreSurvived(_ seed: UInt64) async throws {
        var generator = SplitMix64(seed: seed)
        let corpus = try Self.corpus()
        let inputs = (0..<250).map { _ in
            var input = corpus.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                Self.mutate(&input, with: corpus.randomElement(using: &generator) ?? [], using: &generator)
            }
            return input
        }
        try await survive(inputs)
    }

    /// The preface stays: what comes without it is turned away at once.
    private static func mutate(_ input: inout [UInt8], with other: [UInt8], using generator: inout SplitMix64) {
        let start = min(24, input.count)
        let position = Int.random(in: start...input.count, using: &generator)
        let length = min(Int.random(in: 1...40, using: &generator), input.count - position)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0 where position < input.count: input[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1 where position < input.count: input[position] = UInt8.random(in: 0...255, using: &generator)
        case 2: input.insert(contentsOf: input[position..<position + length], at: position)
        case 3: input.removeSubrange(position..<position + length)
        case 4: input.insert(UInt8.random(in: 0...255, using: &generator), at: position)
        default: input = Array(input[..<position]) + other.dropFirst(Int.random(in: 0...other.count, using: &generator))
        }
    }
}
