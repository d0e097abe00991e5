import ArgumentParser
import EventLoop
import GRPC
import Glibc

/// Many small calls.
struct UnaryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unary", abstract: "Calls one method over and over.")

    @OptionGroup var server: ServerAddress
    @Option(help: "What to call: \(TargetName.allCases.map(\.rawValue).joined(separator: ", ")).")
    var target = TargetName.health
    @Option(help: "Consortium whose agreement is read.")
    var consortium = "bench"
    @Option(help: "Entries of the register that proofs are taken from.")
    var entries: Int64 = 10_000_000
    @Option(help: "Connections.")
    var connections = 8
    @Option(help: "Calls at a time on each connection.")
    var streams = 16
    @Option(help: "Seconds that are measured.")
    var seconds = 5.0
    @Option(help: "Seconds of calls before that do not count.")
    var warmUp = 0.5
    @Option(
        help: """
            Calls per second, timed from when they are due (open loop); without it, each stream calls again when its \
            call has ended (closed loop).
            """)
    var rate: Double?
    @Option(help: "Event loops of this client.")
    var loops = 1
    @Option(help: "How to print: table or json.")
    var output = OutputFormat.table

    func validate() throws {
        guard connections > 0, streams > 0, seconds > 0, warmUp >= 0, loops > 0, rate.map({ $0 > 0 }) ?? true else {
            throw ValidationError("counts, times and rates must be greater than 0")
        }
    }

    func run() async throws {
        let group = EventLoopGroup(count: loops)
        let caller = target.caller
        let target = try UnaryTarget(
            target, consortium: BenchConsortium(id: consortium), entries: entries)
        let loads = (0..<connections).map { index in
            let loop = group.loops[index % loops]
            let client = Client(configuration: server.configuration(as: caller), loop: loop)
            return ConnectionLoad(loop: loop, client: client, target: target, first: index)
        }
        for load in loads { try await load.check() }
        let start = EventLoop.now + UInt64(warmUp * 1e9)
        let window = ConnectionLoad.Window(start: start, end: start + UInt64(seconds * 1e9))
        let interval = rate.map { UInt64(Double(connections) / $0 * 1e9) }
        let processorTime = ProcessorTime.now
        await withTaskGroup(of: Void.self) { tasks in
            for load in loads {
                tasks.addTask { await load.run(streams: streams, window: window, interval: interval) }
            }
        }
        let figures = UnaryFigures(loads, seconds: seconds, processorTime: ProcessorTime.now - processorTime)
        try output.print(figures)
        if !figures.errors.isEmpty { throw ExitCode.failure }
    }
}

/// What a run of small calls has reached.
struct UnaryFigures: Figures {
    let seconds: Double
    /// Calls that ended well inside the measured time.
    let calls: Int
    /// All calls, for what is divided by calls from outside.
    let callsMade: Int
    let callsPerSecond: Double
    let latencyMicroseconds: Latencies
    let errors: [String: Int]
    /// Processor time of this client.
    let clientMicrosecondsPerCall: Double

    /// - Parameter processorTime: nanoseconds that this client took for all calls.
    init(_ loads: [ConnectionLoad], seconds: Double, processorTime: UInt64) {
        var recorder = LatencyRecorder()
        for load in loads { recorder.add(load.recorder) }
        self.seconds = seconds
        calls = recorder.succeeded
        callsMade = loads.reduce(0) { $0 + $1.total }
        callsPerSecond = Double(recorder.succeeded) / seconds
        latencyMicroseconds = recorder.latencies
        errors = Failures.named(recorder.failures)
        clientMicrosecondsPerCall = Double(processorTime) / 1000 / Double(max(1, callsMade))
    }

    var rows: [(String, String)] {
        [
            ("calls", "\(calls) in \(seconds.text()) s"), ("calls/s", callsPerSecond.text(0)),
            ("latency in µs", latencyMicroseconds.row), ("errors", Failures.text(errors)),
            ("client CPU in µs/call", clientMicrosecondsPerCall.text(2)),
        ]
    }
}

/// Processor time of this process, all threads together.
enum ProcessorTime {
    /// In nanoseconds.
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
