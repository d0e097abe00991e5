import TestSupport
import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(5)))
struct CodecTests {
    @Test func base64VectorsOfTheRFC() {
        let vectors = ["": "", "f": "Zg", "fo": "Zm8", "foo": "Zm9v", "foob": "Zm9vYg", "foobar": "Zm9vYmFy"]
        for (plain, coded) in vectors {
            #expect(Base64.encode(Array(plain.utf8)) == Array(coded.utf8))
            #expect(Base64.decode(Array(coded.utf8)) == Array(plain.utf8))
        }
        #expect(Base64.decode(Array("Zg==".utf8)) == Array("f".utf8))
        #expect(Base64.decode(Array("Zm8=".utf8)) == Array("fo".utf8))
    }

    @Test(arguments: ["Z", "Zg=", "Zg===", "Z===", "Zh", "Zm9=v", "Zm9v=", "Z g", "Zg==Zg=="])
    func malformedBase64IsRefused(_ text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }

    @Test func percentEncodingRoundTripsAndNeverFails() {
        for text in ["", "plain", "100 %", "später\n\u{0}", "%41", "🏛"] {
            let coded = PercentEncoding.encode(text)
            #expect(coded.allSatisfy { (0x20...0x7E).contains($0) })
            #expect(PercentEncoding.decode(coded) == text)
        }
        #expect(PercentEncoding.encode("ä%") == Array("%C3%A4%25".utf8))
        #expect(PercentEncoding.decode(Array("a%zz%4".utf8)) == "a%zz%4")
        #expect(PercentEncoding.decode([0xFF]) == "\u{FFFD}")
    }

    @Test func timeoutsAreSentInTheFinestUnitThatFits() {
        #expect(Timeout.encode(nanoseconds: 0) == Array("0n".utf8))
        #expect(Timeout.encode(nanoseconds: 99_999_999) == Array("99999999n".utf8))
        #expect(Timeout.encode(nanoseconds: 100_000_001) == Array("100001u".utf8))
        #expect(Timeout.encode(nanoseconds: .max) == Array("5124096H".utf8))
    }

    @Test func backoffGrowsStaysInItsBoundsAndStartsAnew() {
        var generator = SystemRandomNumberGenerator()
        var backoff = Backoff()
        var ceiling: UInt64 = 100_000_000
        for _ in 0..<12 {
            let pause = backoff.next(using: &generator)
            #expect((ceiling / 2...ceiling).contains(pause))
            ceiling = min(ceiling * 2, 10_000_000_000)
        }
        backoff.reset()
        #expect(backoff.next(using: &generator) <= 100_000_000)
    }

    @Test func aQueueGivesBackWhatItGotInOrder() {
        var queue = MessageQueue<[UInt8]>()
        var next: UInt8 = 0
        var expected: UInt8 = 0
        for round in 1...200 {
            for _ in 0..<(round % 7) {
                queue.append([next])
                next &+= 1
            }
            for _ in 0..<(round % 5) where !queue.isEmpty {
                #expect(queue.removeFirst() == [expected])
                expected &+= 1
            }
        }
        while let message = queue.removeFirst() {
            #expect(message == [expected])
            expected &+= 1
        }
        #expect(expected == next && queue.count == 0)
    }

    @Test func theHeapGivesTheEarliestFirst() {
        final class Item: HeapItem {
            var heapPosition = -1
        }
        var heap = DeadlineHeap<Item>()
        var generator = SplitMix64(seed: 42)
        var items: [(UInt64, Item)] = []
        for _ in 0..<500 {
            let item = Item()
            let deadline = UInt64.random(in: 0..<100, using: &generator)
            heap.insert(item, deadline)
            items.append((deadline, item))
        }
        for (_, item) in items[..<200] {
            heap.remove(item)
            heap.remove(item)
        }
        var last: UInt64 = 0
        var count = 0
        while let first = heap.first {
            #expect(first.deadline >= last)
            last = first.deadline
            heap.remove(first.item)
            count += 1
        }
        #expect(count == 300)
    }
}
