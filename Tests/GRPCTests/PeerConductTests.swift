import TestSupport
import Testing

@testable import GRPC

/// Frames in every order, without sockets.
@Suite(.timeLimit(.minutes(5)))
struct PeerConductTests {
    private typealias Frame = FrameScanner.Frame
    private typealias Kind = RawPeer.Frame

    private static let closed = PeerConduct.Verdict.suspect(5)
    private static let malformed = PeerConduct.Verdict.suspect(1)

    private func bytes(_ frame: Frame) -> [UInt8] {
        let head = [frame.length >> 16, frame.length >> 8, frame.length].map { UInt8(truncatingIfNeeded: $0) }
        let stream = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: frame.stream >> Int32($0)) }
        // Payloads of bytes that would be frames if they were read as such.
        return head + [frame.type, frame.flags] + stream + [UInt8](repeating: 1, count: frame.length)
    }

    /// Any frames, arriving in any pieces, are found as they were sent.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func framesAreFoundHoweverTheyAreCut(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let frames = (0..<200).map { _ in
            Frame(
                length: [0, 1, 8, 9, 300, 70_000].randomElement(using: &generator) ?? 0,
                type: UInt8.random(in: 0...255, using: &generator),
                flags: UInt8.random(in: 0...255, using: &generator),
                stream: Int32.random(in: 0...Int32.max, using: &generator))
        }
        let wire = [UInt8](repeating: 0x50, count: FrameScanner.prefaceLength) + frames.flatMap(bytes)
        var scanner = FrameScanner()
        var found: [Frame] = []
        var rest = wire[...]
        while !rest.isEmpty {
            let piece = rest.prefix([1, 5, 9, 10, 1000, 65_536].randomElement(using: &generator) ?? 1)
            rest = rest.dropFirst(piece.count)
            Array(piece).withUnsafeBytes { piece in
                var offset = 0
                while let frame = scanner.next(piece, &offset) { found.append(frame) }
                #expect(offset == piece.count)
            }
        }
        #expect(found == frames && scanner.isFrameComplete)
    }

    @Test func theReservedBitOfAStreamMeansNothing() {
        var scanner = FrameScanner()
        let wire = [UInt8](repeating: 0, count: 24) + [0, 0, 0, 0, 0, 0x80, 0, 0, 3]
        var offset = 0
        #expect(wire.withUnsafeBytes { scanner.next($0, &offset) } == Frame(type: 0, stream: 3))
    }

    // MARK: - Streams

    private enum Step: CaseIterable {
        case open, openAndEnd, data, dataAndEnd, trailers, trailersWithoutEnd, reset

        var frame: Frame {
            switch self {
            case .open, .trailersWithoutEnd: Frame(type: Kind.headers, flags: 4, stream: 3)
            case .openAndEnd, .trailers: Frame(type: Kind.headers, flags: 5, stream: 3)
            case .data: Frame(length: 1, type: Kind.data, stream: 3)
            case .dataAndEnd: Frame(length: 1, type: Kind.data, flags: 1, stream: 3)
            case .reset: Frame(length: 4, type: Kind.reset, stream: 3)
            }
        }
    }

    /// A stream in each of its states as the client has left it, and the verdict on every frame that may follow.
    @Test func everyFrameInEveryStateOfAStream() {
        for (path, isEnded) in [
            ([Step.open], false), ([.open, .data], false), ([.openAndEnd], true), ([.open, .dataAndEnd], true),
            ([.open, .trailers], true), ([.open, .reset], true), ([.openAndEnd, .reset], true),
        ] {
            for next in Step.allCases {
                var conduct = PeerConduct(ServerLimits())
                for step in path { #expect(conduct.judge(step.frame, now: { 0 }) == .usual) }
                let expected: PeerConduct.Verdict =
                    switch next {
                    case .reset: .usual
                    case _ where isEnded: Self.closed
                    case .open, .trailersWithoutEnd: Self.malformed
                    default: .usual
                    }
                #expect(conduct.judge(next.frame, now: { 0 }) == expected, "\(next) after \(path)")
            }
        }
    }

    @Test func identifiersOnlyRise() {
        var conduct = PeerConduct(ServerLimits())
        _ = conduct.judge(Frame(type: Kind.headers, flags: 5, stream: 7), now: { 0 })
        #expect(conduct.judge(Frame(type: Kind.headers, flags: 5, stream: 5), now: { 0 }) == Self.closed)
        // Above the highest, and of the server's kind: for the library to judge.
        for stream in [Int32(9), 2, 0] {
            #expect(conduct.judge(Frame(length: 1, type: Kind.data, stream: stream), now: { 0 }) == .usual)
        }
    }

    @Test func whatIsForgottenIsTakenToBeLate() {
        var limits = ServerLimits()
        limits.maximumStreams = 2
        var conduct = PeerConduct(limits)
        for stream in [Int32(1), 3, 5, 7, 9] {
            _ = conduct.judge(Frame(type: Kind.headers, flags: 4, stream: stream), now: { 0 })
        }
        _ = conduct.judge(Frame(length: 4, type: Kind.reset, stream: 9), now: { 0 })
        for (stream, verdict) in [(Int32(1), PeerConduct.Verdict.usual), (3, .usual), (9, Self.closed)] {
            #expect(conduct.judge(Frame(length: 1, type: Kind.data, stream: stream), now: { 0 }) == verdict)
        }
    }

    // MARK: - Floods

    /// At the limit, one past it, and again after a second.
    @Test func everyAllowanceEndsWhereItSays() {
        var limits = ServerLimits()
        (limits.resetBurst, limits.resetsPerSecond) = (5, 2)
        (limits.controlBurst, limits.controlsPerSecond) = (6, 3)
        (limits.emptyFrameBurst, limits.emptyFramesPerSecond) = (7, 1)
        let floods: [(Frame, Int, Int, ConnectionEnd)] = [
            (Frame(length: 4, type: Kind.reset, stream: 1), 5, 2, .resetFlood),
            (Frame(length: 8, type: Kind.ping), 6, 3, .controlFlood),
            (Frame(type: Kind.settings), 6, 3, .controlFlood),
            (Frame(length: 5, type: Kind.priority, stream: 1), 6, 3, .controlFlood),
            (Frame(type: 0xEE), 6, 3, .controlFlood),
            (Frame(type: Kind.data, stream: 1), 7, 1, .emptyFrameFlood),
            (Frame(length: 256, type: Kind.data, flags: Kind.padded, stream: 1), 7, 1, .emptyFrameFlood),
        ]
        for (frame, burst, perSecond, end) in floods {
            var conduct = PeerConduct(limits)
            _ = conduct.judge(Frame(type: Kind.headers, flags: 4, stream: 1), now: { 0 })
            for _ in 0..<burst { #expect(conduct.judge(frame, now: { 0 }) == .usual) }
            #expect(conduct.judge(frame, now: { 0 }) == .flood(end))
            for _ in 0..<perSecond { #expect(conduct.judge(frame, now: { 1_000_000_000 }) == .usual) }
            #expect(conduct.judge(frame, now: { 1_000_000_000 }) == .flood(end))
        }
    }

    @Test func framesOfCallsAreNeverCounted() {
        var conduct = PeerConduct(ServerLimits())
        let stop: () -> UInt64 = {
            Issue.record("a call looks at the clock")
            return 0
        }
        for index in 0..<10_000 {
            let stream = Int32(index * 2 + 1)
            _ = conduct.judge(Frame(length: 9, type: Kind.headers, flags: 4, stream: stream), now: stop)
            _ = conduct.judge(Frame(length: 9, type: Kind.data, stream: stream), now: stop)
            _ = conduct.judge(Frame(length: 4, type: Kind.windowUpdate, stream: stream), now: stop)
            #expect(conduct.judge(Frame(type: Kind.data, flags: 1, stream: stream), now: stop) == .usual)
        }
    }

    @Test func answersForgivePings() {
        var limits = ServerLimits()
        limits.controlBurst = 3
        var conduct = PeerConduct(limits)
        for _ in 0..<100 {
            #expect(conduct.judge(Frame(length: 8, type: Kind.ping), now: { 0 }) == .usual)
            #expect(conduct.judge(Frame(length: 6, type: Kind.settings), now: { 0 }) == .usual)
            conduct.callWasServed()
        }
    }

    /// A cheap call now and then does not hide a flood.
    @Test(arguments: [Kind.ping, Kind.settings, Kind.priority]) func answersForgiveNoFlood(_ kind: UInt8) {
        var limits = ServerLimits()
        limits.controlBurst = 20
        var conduct = PeerConduct(limits)
        var frames = 0
        while frames < 1000, conduct.judge(Frame(length: 8, type: kind), now: { 0 }) == .usual {
            frames += 1
            // A call is answered with three frames.
            if frames % 19 == 0 { for _ in 0..<3 { conduct.callWasServed() } }
        }
        #expect(frames == 26)
    }

    @Test func resetsThatAreProvokedCountAsResets() {
        var limits = ServerLimits()
        limits.resetBurst = 3
        var conduct = PeerConduct(limits)
        _ = conduct.judge(Frame(length: 4, type: Kind.reset, stream: 1), now: { 0 })
        #expect(conduct.resetWasProvoked(now: 0) == .usual)
        #expect(conduct.resetWasProvoked(now: 0) == .usual)
        #expect(conduct.resetWasProvoked(now: 0) == .flood(.resetFlood))
    }

    @Test func blocksHaveSoManyFrames() {
        var conduct = PeerConduct(ServerLimits())
        for stream in [Int32(1), 3] {
            _ = conduct.judge(Frame(length: 9, type: Kind.headers, stream: stream), now: { 0 })
            for _ in 0..<8 {
                #expect(conduct.judge(Frame(type: Kind.continuation, stream: stream), now: { 0 }) == .usual)
            }
        }
        #expect(
            conduct.judge(Frame(type: Kind.continuation, stream: 3), now: { 0 }) == .flood(.continuationFlood))
    }

    /// A block is open from the first byte of its first frame's header to the last of its last frame's payload.
    @Test func aBlockIsOpenUntilItsLastByte() {
        var conduct = PeerConduct(ServerLimits())
        let wire =
            [UInt8](repeating: 0, count: 24) + bytes(Frame(length: 3, type: Kind.headers, stream: 1))
            + bytes(Frame(length: 2, type: Kind.continuation, flags: 4, stream: 1)) + bytes(Frame(type: Kind.settings))
        let open = wire.indices.filter { index in
            wire[index...index].withUnsafeBytes { byte in
                var offset = 0
                _ = conduct.look(at: byte, &offset, now: { 0 })
            }
            return conduct.isInsideHeaders
        }
        #expect(open == Array(32..<(24 + 12 + 10)))
    }
}
