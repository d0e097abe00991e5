import API
import Foundation
import GRPC
import Glibc
import SwiftProtobuf
import TestCertificates
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct OperationsTests {
    @Test func healthAndReflectionAnswer() async throws {
        try await House.with(.bare) { house in
            let health = Grpc_Health_V1_HealthClient(try house.client(.operator))
            let services = [
                "", "allmende.v1.MunicipalityService", "allmende.v1.UsageService", "allmende.v1.ExportService",
            ]
            for service in services {
                let answer = try await health.check(.with { $0.service = service })
                #expect(answer.status == .serving, "\(service)")
            }
            let unknown = await refusal { _ = try await health.check(.with { $0.service = "allmende.v1.Nothing" }) }
            #expect(unknown?.code == .notFound)

            let stream = try await Grpc_Reflection_V1_ServerReflectionClient(try house.client(.operator))
                .serverReflectionInfo()
            try await stream.send(.with { $0.listServices = "" })
            let names = try await stream.receive()?.listServicesResponse.service.map(\.name) ?? []
            try await stream.send(.with { $0.fileContainingSymbol = "allmende.v1.UsageService.IngestUsage" })
            let files = try await stream.receive()?.fileDescriptorResponse.fileDescriptorProto ?? []
            try await stream.finish()
            // Each file of a service declares one.
            let declared = FileDescriptors.all.map { "\($0.name)" }.filter {
                $0.hasPrefix("allmende/v1/") && $0.hasSuffix("_service.proto")
            }
            #expect(names.filter { $0.hasPrefix("allmende.v1.") }.count == declared.count)
            #expect(names.contains("grpc.health.v1.Health"))
            #expect(!files.isEmpty)
        }
    }

    @Test func aRevokedCredentialEndsOnOpenConnections() async throws {
        try await House.with(.founded) { house in
            _ = try await usage(of: .itzgrund, in: house)
            _ = try await AccessServiceClient(try house.client(.operator)).revokeCredential(
                .with {
                    $0.name = "credentials/" + hex((try? Person.itzgrund.digest) ?? [])
                    $0.requestID = .newRequest
                })
            let refused = await refusal { _ = try await usage(of: .itzgrund, in: house) }
            #expect(refused?.code == .unauthenticated)
            #expect(try await usage(of: .grossheirath, in: house).isEmpty)
        }
    }

    /// SIGHUP: the files are read at once. Who connects now sees the new certificate, here one of an authority that it
    /// does not trust; who is connected stays.
    @Test func aHangupTakesOverNewCertificates() async throws {
        let folder = TestCertificates.shared.directory
        let files = ["hangup.pem", "hangup.key"].map { folder.appending(path: $0).path }
        func put(_ pair: TestCertificates.Pair) throws {
            for (file, source) in zip(files, [pair.certificate, pair.key]) {
                try Data(contentsOf: URL(filePath: source)).write(to: URL(filePath: file))
            }
        }
        try put(TestCertificates.shared.server)
        let database = try await TestCluster.shared.makeDatabase(template: Template.bare.database.name)
        try await House.with(database, options: ["--certificate", files[0], "--private-key", files[1]]) { house in
            let open = Grpc_Health_V1_HealthClient(try house.client(.operator))
            #expect(try await open.check(.init()).status == .serving)
            // Files that have not changed are read for the signal only.
            for times in 2...3 {
                if times == 3 { try put(TestCertificates.shared.stranger) }
                house.server.hangUp()
                // Signals come when they come: each call gives them some time.
                for _ in 0..<10_000 where house.server.log.split(separator: "certificates in force").count <= times {
                    #expect(try await open.check(.init()).status == .serving)
                }
                #expect(house.server.log.split(separator: "certificates in force").count > times)
            }
            let refused = await refusal {
                _ = try await Grpc_Health_V1_HealthClient(try house.client(.auditor)).check(.init())
            }
            #expect(refused?.code == .unavailable)
            #expect(try await open.check(.init()).status == .serving)
        }
    }

    /// The server has really no descriptor left: who is connected is served on, and who waits once others have gone.
    @Test func withoutDescriptorsClientsWaitUntilOthersEnd() async throws {
        let limit = 64
        try await House.with(TestCluster.shared.makeDatabase(template: Template.bare.database.name), descriptors: limit)
        {
            house in
            let health = Grpc_Health_V1_HealthClient(try house.client(.operator))
            #expect(try await health.check(.init()).status == .serving)
            // They are in the queue before the one that is to wait.
            let silent = (0..<limit).compactMap { _ in connect(to: house.server.port) }
            #expect(silent.count == limit)
            async let waiting = Grpc_Health_V1_HealthClient(try house.client(.auditor)).check(.init())
            #expect(try await health.check(.init()).status == .serving)
            for descriptor in silent { close(descriptor) }
            #expect(try await waiting.status == .serving)
            #expect(await house.server.logs("no file descriptor left"))
        }
    }

    /// A connection on which nothing is said; nil when it is refused.
    private func connect(to port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    @Test func aServerOnADatabaseWithoutItsSchemaSaysWhatToDo() async throws {
        let empty = try TestCluster.shared.makeDatabase()
        // The newest migration is taken back, as far as the books go.
        let older = try await TestCluster.shared.makeDatabase(template: Template.bare.database.name)
        try older.execute("DELETE FROM schema_migration WHERE number = (SELECT max(number) FROM schema_migration)")
        let newer = try await TestCluster.shared.makeDatabase(template: Template.bare.database.name)
        try newer.execute("INSERT INTO schema_migration (number, name, checksum) VALUES (9999, 'later', '')")
        for (database, hint) in [
            (empty, "allmende admin migrate --apply"), (older, "lacks 1 migration"), (newer, "does not know"),
        ] {
            do {
                let server = try await House.start(on: database)
                await server.kill()
                Issue.record("the server has started: \(hint)")
            } catch let failure as ServerProcess.Failure {
                #expect(failure.description.contains(hint), "\(failure)")
            }
        }
    }

    @Test func aServerWhosePortIsTakenSaysSo() async throws {
        try await House.with(.bare) { house in
            do {
                let second = try await House.start(on: house.database, ["--port", "\(house.server.port)"])
                await second.kill()
                Issue.record("two servers listen on one port")
            } catch let failure as ServerProcess.Failure {
                #expect(failure.description.lowercased().contains("in use"), "\(failure)")
                #expect(!failure.description.contains("Fatal"), "\(failure)")
            }
        }
    }

    @Test func aServerWithoutItsKeySaysSoAndEnds() async throws {
        let database = try await Template.bare.database
        do {
            let server = try await House.start(on: database, ["--register-key", "/nonexistent"])
            await server.kill()
            Issue.record("the server has started without its key")
        } catch let failure as ServerProcess.Failure {
            #expect(failure.description.contains("nonexistent"), "\(failure)")
        }
    }
}
