import Glibc
import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(5)))
struct FrameBuffersTests {
    @Test func onlyTheLargeBlockHasPagesOfItsOwn() throws {
        for size in [1, 100, 16 << 10, (20 << 10) + 1] {
            let block = FrameBuffers.allocate(size)
            #expect(block != nil && FrameBuffers.slot(of: block) == nil)
            FrameBuffers.release(block)
        }
        let large = try #require(FrameBuffers.resize(nil, 16_394))
        let slot = try #require(FrameBuffers.slot(of: large))
        let other = try #require(FrameBuffers.allocate(20 << 10))
        #expect(FrameBuffers.slot(of: other) != slot)
        large.initializeMemory(as: UInt8.self, repeating: 7, count: 20 << 10)
        #expect(FrameBuffers.resize(large, 17_000) == large)
        // What outgrows its slot moves to the heap with its content.
        let moved = try #require(FrameBuffers.resize(large, 40_000))
        #expect(FrameBuffers.slot(of: moved) == nil && moved.load(fromByteOffset: 20_479, as: UInt8.self) == 7)
        FrameBuffers.release(moved)
        FrameBuffers.release(other)
        #expect(FrameBuffers.slot(of: nil) == nil)
    }
}
