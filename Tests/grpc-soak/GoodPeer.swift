import EventLoop
import GRPC

/// A client as it should be: every call of its is answered, whatever the others do.
struct GoodPeer {
    private let target: Target
    private let tally: Tally
    private let seed: Int

    /// Messages of many sizes: empty, small, at the edge of a frame, and past the windows.
    private static let sizes = [0, 1, 40, 500, 16_384, 16_385, 65_536, 300_000]
    private static let patience = Duration.seconds(60)

    init(_ target: Target, _ tally: Tally, seed: Int) {
        self.target = target
        self.tally = tally
        self.seed = seed
    }

    func run(until end: UInt64) async {
        var round = seed
        while EventLoop.now < end {
            // A connection does not live for ever either.
            let client = target.client()
            for _ in 0..<200 where EventLoop.now < end {
                round += 1
                do {
                    try await call(client, round)
                } catch {
                    tally.fail("a good call: \(error)")
                }
            }
            await client.close()
        }
    }

    private func call(_ client: Client, _ round: Int) async throws {
        let message = [UInt8](
            repeating: UInt8(truncatingIfNeeded: round), count: GoodPeer.sizes[round % GoodPeer.sizes.count])
        switch round % 16 {
        case 0: try await converse(client, message)
        case 1: try await download(client)
        default:
            var options = CallOptions(timeout: GoodPeer.patience)
            options.compressesRequests = round % 5 == 0
            let answer = try await client.unary(Target.echo, message, options: options)
            guard answer == message else { throw Status(.dataLoss, "an answer is another's") }
            tally.count("good calls")
        }
    }

    private func converse(_ client: Client, _ message: [UInt8]) async throws {
        let call = try await client.open(Target.stream, options: CallOptions(timeout: GoodPeer.patience))
        for _ in 0..<10 {
            try await call.send(message)
            guard try await call.receive() == message else { throw Status(.dataLoss, "an answer is another's") }
        }
        try await call.finish()
        guard try await call.receive() == nil else { throw Status(.dataLoss, "an answer too many") }
        tally.count("good conversations")
    }

    private func download(_ client: Client) async throws {
        let call = try await target.open(download: 20, with: client)
        var count = 0
        while try await call.receive() != nil { count += 1 }
        guard count == 20 else { throw Status(.dataLoss, "\(count) messages instead of 20") }
        tally.count("good downloads")
    }
}

/// A client that reads much more slowly than the server could send.
struct SlowPeer {
    private let target: Target
    private let tally: Tally

    init(_ target: Target, _ tally: Tally) {
        self.target = target
        self.tally = tally
    }

    func run(until end: UInt64) async {
        while EventLoop.now < end {
            let client = target.client()
            do {
                let call = try await target.open(download: 1 << 20, with: client)
                for _ in 0..<50 where EventLoop.now < end {
                    guard try await call.receive() != nil else { throw Status(.dataLoss, "too few messages") }
                    await target.pause(.milliseconds(50))
                }
                call.cancel()
                tally.count("slow downloads")
            } catch {
                tally.fail("a slow call: \(error)")
            }
            await client.close()
        }
    }
}

/// A client that goes in the middle of its calls.
struct CutPeer {
    private let target: Target
    private let tally: Tally

    init(_ target: Target, _ tally: Tally) {
        self.target = target
        self.tally = tally
    }

    func run(until end: UInt64) async {
        while EventLoop.now < end {
            let client = target.client()
            do {
                var calls: [ClientCall] = []
                for _ in 0..<20 {
                    calls.append(try await target.open(download: 1 << 20, with: client))
                    let upload = try await client.open(Target.stream)
                    try await upload.send([UInt8](repeating: 1, count: 50_000))
                    calls.append(upload)
                }
                _ = try await calls[0].receive()
                tally.count("connections cut")
            } catch {
                tally.fail("a call before the cut: \(error)")
            }
            await client.close()
            await target.pause(.milliseconds(20))
        }
    }
}
