import ArgumentParser
import EventLoop
import GRPC
import TLS

/// Good, slow, cut and hostile peers at once, against a `grpc-echo` that runs on this machine.
@main
struct Soak: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grpc-soak",
        abstract: "Calls an echo server for a long time, well and badly, and looks at what it does to the server.",
        discussion: "`make soak` starts the server and runs it. Fails when a good call fails, or when memory has grown."
    )

    @Option(help: "The echo server's port on 127.0.0.1, with TLS.")
    var port: Int
    @Option(help: "The echo server's process, on this machine.")
    var pid: Int
    @Option(help: "The authority of the server's certificate.")
    var authority: String
    @Option(help: "How long, in seconds.")
    var seconds = 600

    /// Resident memory may grow by so many per cent from the end of the first minute to the end.
    private static let tolerancePercent = 10
    /// Before that, memory grows because everything is used for the first time.
    private static let warmUp = 60

    func run() async throws {
        let group = EventLoopGroup(count: 1)
        let tls = TLSClientConfiguration(serverAuthorityFile: authority)
        let target = Target(port: port, tls: tls, loop: group.loops[0])
        let tally = Tally()
        let end = EventLoop.now + UInt64(seconds) * 1_000_000_000
        let hostile = HostilePeer.Attack.allCases.map { HostilePeer($0, target: target, tally: tally) }
        for peer in hostile { peer.start(until: end) }
        let memory = Memory(pid: pid, loop: group.loops[0])
        async let peers: Void = withTaskGroup(of: Void.self) { tasks in
            for index in 0..<4 { tasks.addTask { await GoodPeer(target, tally, seed: index).run(until: end) } }
            for _ in 0..<2 { tasks.addTask { await SlowPeer(target, tally).run(until: end) } }
            for _ in 0..<2 { tasks.addTask { await CutPeer(target, tally).run(until: end) } }
        }
        let early = try await memory.settled(after: min(Soak.warmUp, seconds / 4))
        let late = try await memory.settled(at: end)
        await peers
        for peer in hostile { await peer.ended() }
        try await report(tally, early, late, target)
    }

    private func report(_ tally: Tally, _ early: Int, _ late: Int, _ target: Target) async throws {
        for (name, count) in tally.counts.sorted(by: { $0.key < $1.key }) { print("\(name): \(count)") }
        let percent = (late - early) * 100 / max(1, early)
        print("resident memory: \(early >> 10) KiB after the beginning, \(late >> 10) KiB at the end (\(percent) %)")
        for failure in tally.failures { print("FAILED: \(failure)") }
        var isGood = tally.failures.isEmpty
        if seconds < 4 * Soak.warmUp {
            print("too short to judge the memory by: that takes \(4 * Soak.warmUp) seconds")
        } else if percent > Soak.tolerancePercent {
            print("FAILED: memory has grown by more than \(Soak.tolerancePercent) %")
            isGood = false
        }
        // Nobody is left: the server must still be there.
        let client = target.client()
        _ = try await client.unary(Target.echo, [1], options: CallOptions(timeout: .seconds(10)))
        await client.close()
        guard isGood else { throw ExitCode.failure }
        print("ok  \(tally.total) calls and attacks in \(seconds) s")
    }
}
