import API
import Foundation
import GRPC
import SwiftProtobuf
import Testing

/// Every call of the server, made by everybody: what the table allows is done, all else is refused.
@Suite(.timeLimit(.minutes(5)))
struct AuthorisationTests {
    @Test func everyCallHasARule() throws {
        let ruled = Dictionary(grouping: AuthorisationRules.all, by: \.method)
        for method in try Schema.shared.get().methods where method.descriptor.service.hasPrefix("allmende.") {
            #expect(
                ruled[method.descriptor]?.count == 1,
                "say who may call \(method.descriptor.path): one line in AuthorisationRules.swift")
        }
    }

    /// Refused calls come first: they change nothing, so that everybody finds the same state.
    @Test func nobodyMayDoMoreThanTheTableSays() async throws {
        try await House.with(.founded) { house in
            for rule in AuthorisationRules.all {
                for standing in Standing.allCases where !rule.allowed.contains(standing) {
                    let answer = try await call(rule, as: standing.person, in: house)
                    #expect(isRefused(answer, standing), "\(rule.method.path) as \(standing): \(text(answer))")
                }
                guard try rule.request("a") != rule.request("b") else { continue }
                // Who stands well in one consortium stands nowhere in another.
                for standing in [Standing.office, .member, .auditor] {
                    let answer = try await call(rule, as: standing.person, on: Founding.foreignConsortium, in: house)
                    #expect(isRefused(answer, standing), "\(rule.method.path) on another's: \(text(answer))")
                }
            }
            for rule in AuthorisationRules.all {
                for standing in Standing.allCases where rule.allowed.contains(standing) {
                    let answer = try await call(rule, as: standing.person, in: house)
                    #expect(isAllowed(answer), "\(rule.method.path) as \(standing): \(text(answer))")
                }
            }
        }
    }

    private func call(
        _ rule: AuthorisationRule, as person: Person, on consortium: String = Founding.consortium, in house: House
    ) async throws -> Refusal? {
        let schema = try Schema.shared.get()
        var bytes = try rule.request(consortium)
        let input = schema.methods.first { $0.descriptor == rule.method }?.input ?? ""
        if let field = schema.messages[input]?.field.first(where: { $0.name == "request_id" }) {
            let id = Array(String.newRequest.utf8)
            bytes += [UInt8(field.number) << 3 | 2, UInt8(id.count)] + id
        }
        let client = try house.client(person)
        return await refusal { try await client.send(bytes, to: rule.method) }
    }

    private func isRefused(_ answer: Refusal?, _ standing: Standing) -> Bool {
        guard let answer else { return false }
        if standing == .stranger { return answer.code == .unauthenticated }
        return answer.code == .permissionDenied || answer.code == .notFound
    }

    /// Whether a call came through to what it is about, whatever became of it there.
    private func isAllowed(_ answer: Refusal?) -> Bool {
        guard let answer else { return true }
        if answer.code == .notFound { return answer.resource != Founding.consortium }
        return ![.permissionDenied, .unauthenticated, .internal, .unknown, .unavailable].contains(answer.code)
    }

    private func text(_ answer: Refusal?) -> String { answer.map { "\($0.code.name) \($0.message)" } ?? "OK" }
}
