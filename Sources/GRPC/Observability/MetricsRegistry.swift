internal import Synchronization

/// Where the parts of a program say what they count. They are asked when somebody reads, never in between.
public final class MetricsRegistry: Sendable {
    /// Writes the families of one part of the program; runs off the loops, and hops onto them for what lies there.
    public typealias Source = @Sendable (inout MetricsText) async -> Void

    /// The content type of `render()`.
    public static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    private let sources = Mutex<[Source]>([])

    public init() {}

    /// Adds a source; no two may write the same family.
    public func add(_ source: @escaping Source) {
        sources.withLock { $0.append(source) }
    }

    /// What all sources say now, in the order they were added (OpenMetrics 1.0).
    @concurrent
    public func render() async -> [UInt8] {
        var text = MetricsText()
        for source in sources.withLock({ $0 }) { await source(&text) }
        return text.ended()
    }
}
