import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(5)))
struct TraceContextTests {
    private static let id = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    private func parse(_ text: String) -> TraceParent? {
        Array(text.utf8).withUnsafeBufferPointer { TraceParent($0) }
    }

    @Test func aValidParentIsRead() throws {
        let parent = try #require(parse(Self.valid))
        #expect(parent.high == 0x4bf9_2f35_77b3_4da6 && parent.low == 0xa3ce_929d_0e0e_4736)
        #expect(parent.flags == 1)
        // A later version, with more behind its flags, of which only one is known.
        #expect(parse("cc" + Self.valid.dropFirst(2).dropLast(2) + "ff-more")?.flags == 1)
    }

    @Test(arguments: [
        "", "00", valid + "-", valid + "0", "ff" + valid.dropFirst(2), "0x" + valid.dropFirst(2),
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "cc" + valid.dropFirst(2) + ".more",
        "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
    ])
    func whatIsMalformedIsNone(_ text: String) {
        #expect(parse(text) == nil)
    }

    /// What a handler sees of its trace, and whether its task carries the same.
    private struct Seen: Equatable {
        let trace: TraceContext
        let isTaskLocal: Bool
    }

    private func seen(_ fields: [(String, String)]) async throws -> TraceContext? {
        let seen = Mutexed<Seen>()
        let records = Mutexed<CallRecord>()
        var router = Router()
        router.unary(Methods.echo) { request, call in
            seen.append(Seen(trace: call.trace, isTaskLocal: TraceContext.current == call.trace))
            return request
        }
        router.onFinish = { records.append($0) }
        try await Pair.with(isSecure: false, router: router) { pair in
            let peer = RawPeer(port: pair.port)
            peer.headers(1, RawPeer.post + fields)
            peer.data(1, RawPeer.message([1]), endStream: true)
            _ = await peer.response(1)
        }
        #expect(seen.all.map(\.isTaskLocal) == [true])
        #expect(records.all.map(\.trace) == seen.all.map(\.trace))
        return seen.all.first?.trace
    }

    @Test func theCallersTraceIsTakenOver() async throws {
        let trace = try await seen([("traceparent", Self.valid), ("tracestate", "a=1"), ("tracestate", "b=2")])
        #expect(trace?.traceID == Self.id)
        #expect(trace?.spanID != "00f067aa0ba902b7")
        #expect(trace?.state == "a=1,b=2")
        #expect(trace?.flags == 1)
    }

    @Test(arguments: [[], [("traceparent", "00-nonsense")], [("traceparent", valid), ("traceparent", valid)]])
    func aNewTraceBeginsWithoutAValidOne(_ fields: [(String, String)]) async throws {
        let trace = try #require(try await seen(fields + [("tracestate", "a=1")]))
        #expect(trace.traceID != Self.id && trace.traceID.count == 32)
        #expect(trace.trace.high != 0 && trace.span != 0)
        #expect(trace.state.isEmpty)
    }

    /// A server that calls another hands the trace on, itself as the parent.
    @Test func outgoingCallsCarryTheTraceOn() async throws {
        let seen = Mutexed<TraceContext>()
        var inner = Router()
        inner.unary(Methods.echo) { request, call in
            seen.append(call.trace)
            return request
        }
        try await Pair.with(router: inner) { innerPair in
            var outer = Router()
            outer.unary(Methods.echo) { request, call in
                seen.append(call.trace)
                return try await innerPair.client.unary(Methods.echo, request)
            }
            try await Pair.with(router: outer) { pair in _ = try await pair.client.unary(Methods.echo, [1]) }
        }
        #expect(seen.all.count == 2)
        #expect(Set(seen.all.map(\.traceID)).count == 1)
        #expect(Set(seen.all.map(\.spanID)).count == 2)
    }

    @Test func whatIsWrittenCanBeRead() throws {
        var names = TraceNames()
        let context = names.context(parse(Self.valid), state: "")
        let text = String(decoding: context.traceparent, as: UTF8.self)
        #expect(text == "00-\(Self.id)-\(context.spanID)-01")
        #expect(parse(text) != nil)
    }
}
