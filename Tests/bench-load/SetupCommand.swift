import API
import ArgumentParser
import EventLoop
import Foundation
import GRPC
import TLS

/// The data that the other commands work on, created as partners would: through the API.
struct SetupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "Creates parties, credentials, consortia, an application, a metric and an agreement's revisions.",
        discussion: "The operator's own credential must be there already.")

    @OptionGroup var server: ServerAddress
    @Argument(help: "Consortia to create.")
    var consortia = ["bench"]

    func run() async throws {
        let group = EventLoopGroup(count: 1)
        let people = People(server: server, loop: group.loops[0])
        try await people.register()
        for id in consortia { try await ConsortiumSetup(people: people, consortium: BenchConsortium(id: id)).run() }
    }
}

/// Everyone who takes part, each on a connection of its own.
struct People: Sendable {
    private let server: ServerAddress
    let platformOperator: Client
    let office: Client
    let municipalities: [Client]

    init(server: ServerAddress, loop: EventLoop) {
        func client(_ caller: Caller) -> Client { Client(configuration: server.configuration(as: caller), loop: loop) }
        self.server = server
        platformOperator = client(.platformOperator)
        office = client(.office)
        municipalities = Caller.municipalities.map(client)
    }

    /// Registers everyone but the operator.
    func register() async throws {
        try await register(.office, kind: .specialPurposeAssociation, role: .coordinationOffice)
        try await register(.auditor, kind: .auditBody, role: .auditor)
        for caller in Caller.municipalities { try await register(caller, kind: .municipality, role: .municipality) }
    }

    private func register(_ caller: Caller, kind: PartyKind, role: Role) async throws {
        var party = CreatePartyRequest()
        party.partyCode = caller.party
        party.party.kind = kind
        party.party.displayName = caller.displayName
        party.requestID = RequestID.new()
        _ = try await MunicipalityServiceClient(platformOperator).createParty(party)
        var credential = CreateCredentialRequest()
        credential.credential.name = "credentials/\(try Certificate.digest(server.certificateFile(of: caller)))"
        credential.credential.party = "parties/\(caller.party)"
        credential.credential.role = role
        credential.requestID = RequestID.new()
        _ = try await AccessServiceClient(platformOperator).createCredential(credential)
    }
}

enum RequestID {
    static func new() -> String { UUID().uuidString.lowercased() }
}

enum Certificate {
    /// SHA-256 of a certificate's DER form in hexadecimal digits.
    static func digest(_ file: String) throws -> String {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let body = text.split(separator: "\n").drop { $0 != "-----BEGIN CERTIFICATE-----" }.dropFirst()
            .prefix { $0 != "-----END CERTIFICATE-----" }
        guard let der = Data(base64Encoded: body.joined()), !der.isEmpty else {
            throw ValidationError("\(file) holds no certificate in PEM form")
        }
        return SHA256.hash(Array(der)).map { String(format: "%02x", $0) }.joined()
    }
}
