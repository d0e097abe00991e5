import TestSupport
import Testing

@testable import GRPC

/// The value types that messages pass through, without sockets.
@Suite(.timeLimit(.minutes(5)))
struct MessageTests {
    private func wire(_ messages: [[UInt8]]) -> [UInt8] {
        var outbox = Outbox()
        for message in messages { outbox.append(message) }
        var bytes = [UInt8](repeating: 0xEE, count: outbox.pending)
        let count = outbox.pending
        bytes.withUnsafeMutableBytes { outbox.move(count, to: $0.baseAddress!) }
        #expect(outbox.pending == 0 && outbox.sent == count)
        return bytes
    }

    private func receive(_ bytes: [UInt8], _ inbox: inout Inbox) -> Int {
        bytes.withUnsafeBufferPointer { inbox.receive($0) }
    }

    @Test func aMessageIsFramedAsSpecified() {
        #expect(wire([[7, 8]]) == [0, 0, 0, 0, 2, 7, 8])
        #expect(wire([[], []]) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(wire([[UInt8](repeating: 1, count: 0x010203)]).prefix(5) == [0, 0, 1, 2, 3])
    }

    /// A window of messages of no length would take a hundred times its bytes as messages.
    @Test func onlySomeMessagesAreMadeBeforeOneIsTaken() {
        let count = 20_000
        var inbox = Inbox(maximumLength: 300)
        let chunk = [UInt8](repeating: 0, count: 5 * count)
        #expect(receive(chunk, &inbox) == 0)
        inbox.finish()
        var taken = 0
        var credited = 0
        while let (message, credit) = inbox.take() {
            #expect(message.isEmpty && inbox.count <= taken + 1 + Inbox.maximumWaiting)
            taken += 1
            credited += credit
            if taken < count - Inbox.maximumWaiting { #expect(inbox.end == .open) }
        }
        #expect(taken == count)
        #expect(credited == chunk.count)
        #expect(inbox.end == .ended)
    }

    /// What comes after the peer's end is known only when everything before is taken.
    @Test func aMessageCutShortBehindManyIsFound() {
        var inbox = Inbox(maximumLength: 300)
        _ = receive([UInt8](repeating: 0, count: 5 * 100 + 3), &inbox)
        inbox.finish()
        var taken = 0
        while inbox.take() != nil { taken += 1 }
        #expect(taken < 100)
        guard case .failed(let status) = inbox.end else { return #expect(Bool(false), "\(inbox.end)") }
        #expect(status.code == .internal)
    }

    /// Any messages, cut in any places on their way out and in, come out the same.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func anyCutsGiveTheSameMessages(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        // Many of them small: more wait than are put together ahead.
        let messages = (0..<400).map { _ in
            (0..<(Int.random(in: 0...3, using: &generator) == 0 ? Int.random(in: 0...300, using: &generator) : 1)).map {
                _ in UInt8.random(in: 0...255, using: &generator)
            }
        }
        var outbox = Outbox()
        for message in messages { outbox.append(message) }
        var inbox = Inbox(maximumLength: 300)
        var received: [[UInt8]] = []
        var arrived = 0
        var credited = 0
        while outbox.pending > 0 {
            var chunk = [UInt8](repeating: 0, count: min(outbox.pending, Int.random(in: 1...90, using: &generator)))
            let count = chunk.count
            chunk.withUnsafeMutableBytes { outbox.move(count, to: $0.baseAddress!) }
            arrived += count
            credited += receive(chunk, &inbox)
            #expect(credited <= arrived)
            if Bool.random(using: &generator), let (message, credit) = inbox.take() {
                received.append(message)
                credited += credit
            }
        }
        while let (message, credit) = inbox.take() {
            received.append(message)
            credited += credit
        }
        #expect(received == messages, "seed \(seed)")
        #expect(credited == arrived, "seed \(seed): every byte is credited exactly once")
        inbox.finish()
        #expect(inbox.end == .ended)
    }

    @Test func creditWaitsForTheMessageToBeTaken() {
        var inbox = Inbox(maximumLength: 100)
        let message = wire([[1, 2, 3]])
        #expect(receive(message, &inbox) == 0)
        #expect(receive(message, &inbox) == 0)
        #expect(inbox.take()?.credit == message.count)
        #expect(inbox.take()?.credit == message.count)
        #expect(inbox.take() == nil)
    }

    @Test func anUnfinishedMessageIsCreditedOnArrivalWhileNothingWaits() {
        var inbox = Inbox(maximumLength: 100)
        let message = wire([[1, 2, 3]])
        #expect(receive(Array(message[..<6]), &inbox) == 6)
        #expect(receive(Array(message[6...]), &inbox) == 0)
        #expect(receive(Array(message[..<6]), &inbox) == 0)
        #expect(inbox.take()?.credit == message.count - 6 + 6)
    }

    @Test func aMessageAtTheLimitPassesAndOnePastItFails() {
        for (size, code) in [(100, nil), (101, StatusCode.resourceExhausted)] {
            var inbox = Inbox(maximumLength: 100)
            _ = receive(wire([[UInt8](repeating: 0, count: size)]), &inbox)
            if case .failed(let status) = inbox.end { #expect(status.code == code) } else { #expect(code == nil) }
        }
    }

    @Test func theLengthAloneIsEnoughToRefuse() {
        var inbox = Inbox(maximumLength: 100)
        _ = receive([0, 0xFF, 0xFF, 0xFF, 0xFF], &inbox)
        guard case .failed(let status) = inbox.end else {
            Issue.record("a length of 4 GiB was accepted")
            return
        }
        #expect(status.code == .resourceExhausted)
    }

    @Test func whatIsMalformedFailsTheStream() {
        for bytes in [[2, 0, 0, 0, 0], [1, 0, 0, 0, 1, 9]] as [[UInt8]] {
            var inbox = Inbox(maximumLength: 100)
            _ = receive(bytes, &inbox)
            #expect(inbox.take() == nil)
            guard case .failed(let status) = inbox.end else {
                Issue.record("\(bytes) was accepted")
                continue
            }
            #expect(status.code == .internal)
        }
    }

    @Test func anEndInsideAMessageFailsTheStream() {
        for count in 1...7 {
            var inbox = Inbox(maximumLength: 100)
            _ = receive(Array(wire([[1, 2, 3]])[..<count]), &inbox)
            inbox.finish()
            #expect(inbox.end != .ended && inbox.end != .open, "\(count) bytes")
        }
    }
}
