import API
import Foundation
import GRPC
import GRPCServices
import SwiftProtobuf
import TestSupport
import Testing

/// What the server stands on goes away and comes back: callers are told to wait, and then go on where they were.
@Suite(.timeLimit(.minutes(5)))
struct OutageTests {
    @Test func whileTheDatabaseIsGoneCallersAreToldToWait() async throws {
        try await House.with(.founded) { house in
            let request = CreateCostItemRequest.cost("later", net: 100)
            try house.database.allowConnections(false)
            for _ in 0..<3 {
                await expectWait { _ = try await usage(of: .itzgrund, in: house) }
                await expectWait { _ = try await CostServiceClient(try house.client(.office)).createCostItem(request) }
                await expectWait {
                    _ = try await ingest([.batch(.itzgrund, quantities: [1])], as: .itzgrund, in: house)
                }
                await expectWait {
                    _ = try await RegisterServiceClient(try house.client(.auditor)).listEntries(
                        .with { $0.register = Founding.consortium })
                }
            }
            try house.database.allowConnections(true)
            // However long the server takes to find out, it does so by itself.
            while await refusal({ _ = try await usage(of: .itzgrund, in: house) }) != nil {}
            let costs = CostServiceClient(try house.client(.office))
            while await refusal({ _ = try await costs.createCostItem(request) }) != nil {}
            let again = try await costs.createCostItem(request)
            #expect(again.costItem.net == request.costItem.net)
            #expect(try await usage(of: .itzgrund, in: house).isEmpty)
        }
    }

    /// A checkpoint that cannot be kept outside the database is not given out.
    @Test func withoutRoomForCheckpointsNoneIsSigned() async throws {
        let database = try await TestCluster.shared.makeDatabase(template: Template.founded.database.name)
        // Nobody, not even root, writes into this directory of the kernel.
        try await House.with(database, options: ["--checkpoint-directory", "/proc/self/checkpoints"]) { house in
            let register = RegisterServiceClient(try house.client(.office))
            await expectWait { _ = try await register.getCheckpoint(.with { $0.register = Founding.consortium }) }
            #expect(await house.server.logs("/proc/self/checkpoints"))
            _ = try await register.listEntries(.with { $0.register = Founding.consortium })
        }
    }

    private func expectWait(_ call: () async throws -> Void) async {
        do {
            try await call()
            Issue.record("the call was answered")
        } catch let status as Status {
            #expect(status.code == .unavailable, "\(status)")
            let details = (try? status.readDetails()) ?? []
            let mayRetry = details.contains { if case .retryInfo = $0 { true } else { false } }
            #expect(mayRetry, "\(status) \(details)")
        } catch {
            Issue.record(error)
        }
    }
}

extension TestDatabase {
    /// Lets nobody in, and throws out who is there; or ends that.
    func allowConnections(_ isAllowed: Bool) throws {
        try cluster.execute("ALTER DATABASE \(name) ALLOW_CONNECTIONS \(isAllowed)", in: "postgres")
        guard !isAllowed else { return }
        try cluster.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'", in: "postgres")
    }
}
