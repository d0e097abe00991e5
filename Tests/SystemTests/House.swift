import API
import EventLoop
import Foundation
import GRPC
import SwiftProtobuf
import Synchronization
import TLS
import TestCertificates
import TestSupport

/// A running server on a database of its own, and clients of it over mutual TLS.
final class House: Sendable {
    private struct Running {
        var server: ServerProcess
        var clients: [Person: Client] = [:]
    }

    let database: TestDatabase
    private let running: Mutex<Running>

    private init(database: TestDatabase, server: ServerProcess) {
        self.database = database
        running = Mutex(Running(server: server))
    }

    /// Runs `body` with a server on a copy of `template`, and ends the server afterwards, whatever happened.
    static func with(_ template: Template, _ body: (House) async throws -> Void) async throws {
        try await with(TestCluster.shared.makeDatabase(template: template.database.name), body)
    }

    /// Runs `body` with a server on `database`, with further options of the server.
    static func with(
        _ database: TestDatabase, options: [String] = [], descriptors: Int? = nil, _ body: (House) async throws -> Void
    ) async throws {
        await places.enter()
        let result: Result<Void, any Error>
        do {
            let house = House(
                database: database, server: try await start(on: database, options, descriptors: descriptors))
            do {
                result = .success(try await body(house))
            } catch {
                result = .failure(error)
            }
            await house.closeClients()
            await house.server.kill()
        } catch {
            result = .failure(error)
        }
        await places.leave()
        try result.get()
    }

    /// All tests begin at once, and each house holds connections, of which the database has 800.
    private static let places = Places(count: 40)

    static func start(
        on database: TestDatabase, _ options: [String] = [], descriptors: Int? = nil, environment: [String] = []
    ) async throws -> ServerProcess {
        let certificates = TestCertificates.shared
        return try await ServerProcess.start(
            [
                "--port", "0", "--certificate", certificates.server.certificate, "--private-key",
                certificates.server.key, "--client-authority", certificates.authority, "--register-key",
                try registerKey.get().file, "--database", database.connection, "--grace", "20",
            ] + options, descriptors: descriptors, environment: environment)
    }

    /// The key with which the servers sign their registers.
    static let registerKey = Result {
        let key = try SigningKey.generate()
        let file = TestCertificates.shared.directory.appending(path: "register.key").path
        try key.write(pemFile: file)
        return (file: file, verification: key.verificationKey)
    }

    var server: ServerProcess { running.withLock { $0.server } }

    /// The client of one person; the same one at every call until the server is started anew.
    func client(_ person: Person) throws -> Client {
        let certificate = try person.certificate
        return running.withLock { running in
            if let client = running.clients[person] { return client }
            let client = Self.client(of: running.server, certificate)
            running.clients[person] = client
            return client
        }
    }

    /// A client of any server; close it before the server is stopped.
    static func client(of server: ServerProcess, _ certificate: TestCertificates.Pair) -> Client {
        let tls = TLSClientConfiguration(
            serverAuthorityFile: TestCertificates.shared.authority, certificateFile: certificate.certificate,
            privateKeyFile: certificate.key)
        return Client(
            configuration: ClientConfiguration(host: "127.0.0.1", port: server.port, tls: tls), loop: loops.loops[0])
    }

    /// Starts a server again after the one before has ended.
    func startAgain() async throws {
        await closeClients()
        let server = try await Self.start(on: database)
        running.withLock { $0.server = server }
    }

    func closeClients() async {
        let clients = running.withLock { running in
            defer { running.clients = [:] }
            return Array(running.clients.values)
        }
        for client in clients { await client.close() }
    }

    private static let loops = EventLoopGroup(count: 1)
}

/// So many may be inside at once; the others wait in the order they came.
private actor Places {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { free = count }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
