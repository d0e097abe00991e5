import ArgumentParser
import EventLoop
import Foundation
import GRPC
import Glibc

/// Connections that do nothing.
struct IdleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle", abstract: "Opens connections, one call on each, and reports what they cost the server.")

    @OptionGroup var server: ServerAddress
    @Option(help: "Connections.")
    var connections = 500
    @Option(help: "The server's process, on this machine.")
    var pid: Int
    @Option(help: "What each calls once: \(TargetName.allCases.map(\.rawValue).joined(separator: ", ")).")
    var target = TargetName.health
    @Option(help: "How to print: table or json.")
    var output = OutputFormat.table

    func run() async throws {
        FileDescriptors.takeAll()
        let group = EventLoopGroup(count: 1)
        // One call each, of whatever it is: the first request will do.
        let target = try UnaryTarget(target, consortium: BenchConsortium(id: "bench"), entries: 1)
        let before = try ServerMemory.resident(of: pid)
        var clients: [Client] = []
        for index in 0..<connections {
            let caller = Caller.municipalities[index % Caller.municipalities.count]
            let client = Client(configuration: server.configuration(as: caller), loop: group.loops[0])
            _ = try await client.unary(target.method, target.requests[0])
            clients.append(client)
        }
        let after = try ServerMemory.resident(of: pid)
        for client in clients { await client.close() }
        try output.print(IdleFigures(connections: connections, before: before, after: after))
    }
}

/// What a process uses, from /proc (proc(5)).
enum ServerMemory {
    /// Resident memory in bytes.
    static func resident(of pid: Int) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        for line in status.split(separator: "\n") where line.hasPrefix("VmRSS:") {
            if let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) {
                return kibibytes * 1024
            }
        }
        throw ValidationError("process \(pid) does not say how much memory it uses")
    }
}

/// What idle connections cost.
struct IdleFigures: Figures {
    let connections: Int
    let residentBefore: Int
    let residentAfter: Int
    let bytesPerConnection: Int

    init(connections: Int, before: Int, after: Int) {
        self.connections = connections
        residentBefore = before
        residentAfter = after
        bytesPerConnection = max(0, after - before) / max(1, connections)
    }

    var rows: [(String, String)] {
        [("connections", "\(connections)"), ("bytes per connection", "\(bytesPerConnection)")]
    }
}

/// The limit of open files.
enum FileDescriptors {
    /// Tens of thousands of connections need as many descriptors as the system allows.
    static func takeAll() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
