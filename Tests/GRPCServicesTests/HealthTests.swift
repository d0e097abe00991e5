import API
import GRPC
import SwiftProtobuf
import TestServer
import Testing

@testable import GRPCServices

@Suite(.timeLimit(.minutes(5)))
struct HealthTests {
    private typealias Stream = ClientStream<Grpc_Health_V1_HealthCheckRequest, Grpc_Health_V1_HealthCheckResponse>

    private func withHealth(
        _ body: (HealthService, Grpc_Health_V1_HealthClient, TestServer) async throws -> Void
    ) async throws {
        let health = HealthService()
        var router = Router()
        router.register(health)
        try await TestServer.with(router) { try await body(health, Grpc_Health_V1_HealthClient($0.client), $0) }
    }

    private func request(_ service: String) -> Grpc_Health_V1_HealthCheckRequest {
        .with { $0.service = service }
    }

    private func untilNobodyWatches(_ health: HealthService) async {
        while health.watcherCount > 0 { await Task.yield() }
    }

    @Test("a check tells the state that was set, and nothing about unknown names")
    func check() async throws {
        try await withHealth { health, client, _ in
            let unknown = await status { _ = try await client.check(request("a")) }
            #expect(unknown?.code == .notFound)
            health.set(.serving, for: ["", "a"])
            health.set(.notServing, for: ["a"])
            let states = try await (client.check(request("")).status, client.check(request("a")).status)
            #expect(states == (.serving, .notServing))
        }
    }

    @Test("a watch begins with the present state and tells every change once")
    func watch() async throws {
        try await withHealth { health, client, _ in
            let stream = try await client.watch(request("a"))
            let first = try await stream.receive()?.status
            #expect(first == .serviceUnknown)
            health.set(.serving, for: ["b"])
            health.set(.serving, for: ["a"])
            let second = try await stream.receive()?.status
            #expect(second == .serving, "what concerns others or changes nothing is not told")
            health.set(.notServing, for: ["a"])
            let third = try await stream.receive()?.status
            #expect(third == .notServing)
            stream.cancel()
            await untilNobodyWatches(health)
        }
    }

    @Test("a watcher that goes or runs out of time leaves nothing behind")
    func leave() async throws {
        try await withHealth { health, client, _ in
            var streams: [Stream] = []
            for index in 0..<20 {
                let stream = try await client.watch(request("\(index)"))
                _ = try await stream.receive()
                streams.append(stream)
            }
            #expect(health.watcherCount == 20)
            for stream in streams { stream.cancel() }
            await untilNobodyWatches(health)
            let late = await status {
                let stream = try await client.watch(request("late"), options: CallOptions(timeout: .milliseconds(50)))
                while try await stream.receive() != nil {}
            }
            #expect(late?.code == .deadlineExceeded)
            await untilNobodyWatches(health)
        }
    }

    @Test("a shutdown tells watchers, ends them, and is final")
    func shutDown() async throws {
        try await withHealth { health, client, server in
            health.set(.serving, for: ["", "a"])
            let stream = try await client.watch(request("a"))
            let first = try await stream.receive()?.status
            #expect(first == .serving)
            health.shutDown()
            let last = try await stream.receive()?.status
            #expect(last == .notServing)
            let end = await status { _ = try await stream.receive() }
            #expect(end?.code == .unavailable)
            health.set(.serving, for: ["a"])
            let after = try await client.check(request("a")).status
            #expect(after == .notServing)
            let late = await status {
                let stream = try await client.watch(request("a"))
                while try await stream.receive() != nil {}
            }
            #expect(late?.code == .unavailable)
            #expect(health.watcherCount == 0)
        }
    }
}
