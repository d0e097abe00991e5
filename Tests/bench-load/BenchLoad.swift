import ArgumentParser

/// The load generator: calls a server as partners do, over mutual TLS, and looks at the status of every call.
@main
struct BenchLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-load",
        abstract: "Loads a server with calls and reports what it reached.",
        discussion: "`make bench` runs it beside the yardsticks; docs/benchmarks.md tells how to read its figures.",
        subcommands: [
            SetupCommand.self, UnaryCommand.self, IngestCommand.self, ExportCommand.self, IdleCommand.self,
            StreamCommand.self, AllocationCommand.self, SettleCommand.self, ListingsCommand.self, UnitsCommand.self,
            CopyCommand.self, ReportCommand.self,
        ])
}
