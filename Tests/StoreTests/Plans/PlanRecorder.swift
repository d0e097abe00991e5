import Logging
import Postgres
import Synchronization

/// Collects the plans of everything a session runs, those inside functions and triggers included: the server sends them
/// as notices (auto_explain), before the answer they belong to.
final class PlanRecorder: Sendable {
    private let plans = Mutex<[Plan]>([])

    /// Makes a pool of two connections, one of each kind, that tell their plans.
    /// - Parameter mode: value of plan_cache_mode.
    func configure(_ configuration: inout DatabaseConfiguration, planning mode: String) {
        let options = [
            "session_preload_libraries=auto_explain", "auto_explain.log_min_duration=0",
            "auto_explain.log_level=notice", "auto_explain.log_nested_statements=on", "plan_cache_mode=\(mode)",
        ].map { "-c \($0)" }.joined(separator: " ")
        configuration.connection += " options='\(options)'"
        configuration.lanesPerLoop = 1
        configuration.leasesPerLoop = 1
    }

    var logger: Logger { Logger(label: "plans") { _ in Handler(recorder: self) } }

    /// The plans since the last call.
    func take() -> [Plan] {
        plans.withLock { plans in
            defer { plans = [] }
            return plans
        }
    }

    private func record(_ notice: String) {
        guard let plan = Plan(notice: notice) else { return }
        plans.withLock { $0.append(plan) }
    }

    private struct Handler: LogHandler {
        let recorder: PlanRecorder
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            if let notice = event.metadata?["message"] { recorder.record("\(notice)") }
        }
    }
}

/// One statement with the plan by which it ran.
struct Plan: Sendable {
    /// One table that is read.
    struct Scan: Sendable, Hashable {
        /// A partition counts as the whole.
        let table: String
        /// Whether rows are found by a condition on an index. Reading all of an index does not count.
        let isByIndex: Bool
        /// How many the planner expects.
        let rows: Int
    }

    let text: String
    let scans: [Scan]
    /// Whether it is a page, read in the order of an index and no further than it is long.
    let stopsAtItsLimit: Bool
    /// Whether rows of two tables are compared pair by pair. The planner does so where it expects one row on a side,
    /// and under row-level security it expects far too few.
    let comparesPairs: Bool

    /// - Parameter notice: what auto_explain writes in its format `text`; nil for any other notice.
    init?(notice: String) {
        guard notice.hasPrefix("duration: ") else { return nil }
        text = notice
        let lines = notice.split(separator: "\n").map(String.init)
        scans = lines.indices.compactMap { index in
            guard let scan = lines[index].firstMatch(of: Plan.node), !lines[index].contains("Bitmap Index Scan")
            else { return nil }
            // The lines that belong to a node follow it and stand deeper; the next node has an arrow.
            let own = lines[(index + 1)...].prefix { !$0.contains("->  ") && !$0.contains("SubPlan") }
            let isByIndex =
                scan.1 != "Seq"
                && own.contains { $0.contains("Index Cond:") || $0.contains("Recheck Cond:") }
            let table = String(scan.2).replacing(#/_\d{4}_\d{2}$/#, with: "")
            return Scan(table: table, isByIndex: isByIndex, rows: Int(scan.3) ?? 0)
        }
        comparesPairs = lines.contains { $0.contains(Plan.pairs) && !$0.contains(" OR ") }
        let hasLimit = lines.contains { $0.contains(#/^(?: *->)? *Limit /#) }
        stopsAtItsLimit = hasLimit && !lines.contains { $0.contains("Sort Key:") } && !notice.contains("Seq Scan")
    }

    /// "Join Filter: (i.document_number = d.document_number)"; that both are of one consortium is no comparison.
    private static var pairs: Regex<Substring> { #/Join Filter: .*\.(?!consortium_id)\w+ = \w+\.\w+/# }

    /// "Parallel Seq Scan on party p", "Index Scan Backward using party_code_key on party".
    private static var node: Regex<(Substring, Substring, Substring, Substring)> {
        #/(Seq|Index|Index Only|Bitmap Heap) Scan(?: Backward)?(?: using \w+)? on (\w+).* rows=(\d+) /#
    }
}
