import API
import Foundation
import GRPC
import SwiftProtobuf
import Testing

/// One way to be refused.
struct RefusalCase: Sendable {
    let name: String
    let code: StatusCode
    let reason: String
    /// The fields that `BadRequest` must name.
    let fields: [String]
    /// What must stand in the message.
    let text: String
    /// What must stand in the metadata of `ErrorInfo`.
    let metadata: [String: String]
    let call: @Sendable (House) async throws -> Void

    init(
        _ name: String, _ code: StatusCode, _ reason: String, _ fields: [String] = [], text: String = "",
        metadata: [String: String] = [:], call: @escaping @Sendable (House) async throws -> Void
    ) {
        (self.name, self.code, self.reason, self.fields) = (name, code, reason, fields)
        (self.text, self.metadata, self.call) = (text, metadata, call)
    }
}

/// Every error of the main path, as a caller sees it.
@Suite(.timeLimit(.minutes(5)))
struct ErrorTests {
    @Test func everyErrorSaysWhatIsWrong() async throws {
        try await House.with(.founded) { house in
            for refused in RefusalCases.all {
                let answer = await refusal { try await refused.call(house) }
                guard let answer else {
                    Issue.record("\(refused.name): was not refused")
                    continue
                }
                #expect(answer.code == refused.code, "\(refused.name): \(answer)")
                #expect(answer.reason == refused.reason, "\(refused.name): \(answer)")
                #expect(answer.fields == refused.fields, "\(refused.name): \(answer)")
                #expect(refused.text.isEmpty || answer.message.contains(refused.text), "\(refused.name): \(answer)")
                for (key, value) in refused.metadata {
                    #expect(answer.metadata[key] == value, "\(refused.name): \(answer)")
                }
                if answer.code == .failedPrecondition { #expect(answer.hasPrecondition, "\(refused.name)") }
            }
        }
    }

    /// Whether a name is somebody else's or nobody's makes no difference in any answer.
    @Test func whatIsForeignLooksAsIfItWereNotThere() async throws {
        try await House.with(.founded) { house in
            for (name, call) in RefusalCases.names {
                for person in [Person.office, .itzgrund] {
                    let foreign = await refusal { try await call(try house.client(person), "hassberge", "wahlen") }
                    var absent = await refusal { try await call(try house.client(person), "nirgends", "wahlen") }
                    if foreign?.code == .permissionDenied, person == .itzgrund { continue }
                    #expect(foreign?.code == .notFound, "\(name) as \(person): \(String(describing: foreign))")
                    #expect(foreign?.reason == "UNKNOWN_RESOURCE", "\(name) as \(person)")
                    absent?.message.replace("nirgends", with: "hassberge")
                    absent?.resource.replace("nirgends", with: "hassberge")
                    #expect(foreign == absent, "\(name) as \(person)")
                }
            }
        }
    }

    @Test func pagesUpToTheLimit() async throws {
        try await House.with(.founded) { house in
            let parties = MunicipalityServiceClient(try house.client(.operator))
            let all = try await parties.listParties(.with { $0.pageSize = 1000 })
            #expect(all.nextPageToken.isEmpty)
            var codes: [String] = []
            var token = ""
            repeat {
                let page = try await parties.listParties(
                    .with {
                        $0.pageSize = 2
                        $0.pageToken = token
                    })
                #expect(page.parties.count <= 2)
                codes += page.parties.map(\.name)
                token = page.nextPageToken
            } while !token.isEmpty
            #expect(codes == all.parties.map(\.name))
            let register = RegisterServiceClient(try house.client(.auditor))
            let entries = try await register.listEntries(
                .with {
                    $0.register = Founding.consortium
                    $0.pageSize = 1000
                })
            #expect(Int64(entries.entries.count) == entries.size)
            #expect(entries.entries.map(\.position) == Array(0..<entries.size))
        }
    }
}
