internal import CNGHTTP2
internal import EventLoop
internal import Synchronization

extension Server {
    /// Adds what this server counts: calls by method and status, connections, calls under way.
    ///
    /// The label of a call is its method as the router knows it; whatever else clients call shares the label
    /// "unknown", so that nobody can make the number of series grow.
    public func register(in registry: MetricsRegistry) {
        registry.add { [weak self] text in await self?.writeMetrics(to: &text) }
    }

    /// Version of the HTTP/2 library that this process runs with.
    public static var http2Version: String {
        nghttp2_version(0).map { String(cString: $0.pointee.version_str) } ?? "unknown"
    }

    private func writeMetrics(to text: inout MetricsText) async {
        let loops = loops
        guard let context = loops.first?.context else { return }
        var totals = CallTotals(methods: context.routes.methods)
        var (connections, calls) = (0, 0)
        var ends = ConnectionEnd.allCases.map { _ in UInt64(0) }
        for part in loops {
            let (cells, figures) = await LoopHop.read(on: part.loop) {
                (context.calls[part.loop.index].snapshot, part.figures)
            }
            totals.add(cells)
            connections += figures.connections
            calls += figures.calls
            for (index, count) in figures.ends.enumerated() { ends[index] += count }
        }
        totals.write(to: &text)
        text.family("grpc_server_calls_in_flight", .gauge, help: "Calls under way.")
        text.sample(.count(UInt64(calls)))
        text.family("grpc_server_connections_open", .gauge, help: "Connections that are open.")
        text.sample(.count(UInt64(connections)))
        text.family(
            "grpc_server_connections_refused", .counter, help: "Connections closed because there were too many.")
        text.sample(.count(UInt64(context.refused.load(ordering: .relaxed))))
        text.family("grpc_server_connections_ended", .counter, help: "Connections that have ended, by how they did.")
        for end in ConnectionEnd.allCases { text.sample(.count(ends[end.rawValue]), [.init("reason", end.label)]) }
    }
}
