import API
import Foundation
import GRPC
import GRPCServices
import SwiftProtobuf
import TestServer
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StatusDetailTests {
    private let details: [StatusDetail] = [
        .errorInfo(reason: "SHARE_SUM", domain: "allmende", metadata: ["sum": "99/100", "rest": "1/100"]),
        .badRequest([.init(field: "shares[2].numerator", description: "must not be negative")]),
        .preconditionFailure([.init(type: "MEMBERSHIP", subject: "parties/09473132", description: "is not a member")]),
        .resourceInfo(type: "allmende.v1.Agreement", name: "consortia/a/agreements/b", description: "read"),
        .quotaFailure([.init(subject: "parties/09473132", description: "10,001 records of 10,000")]),
        .retryInfo(.milliseconds(1500)),
    ]

    @Test("details travel with a failed call and are read again")
    func travel() async throws {
        let method = Grpc_Health_V1_HealthMethods.check
        var router = Router()
        let details = details
        router.unary(method) { _, _ in throw Status(.invalidArgument, "Anteile ≠ 1", carrying: details) }
        try await TestServer.with(router) { server in
            let failure = try #require(await status { _ = try await server.client.unary(method, []) })
            #expect(failure.code == .invalidArgument)
            try #expect(failure.readDetails() == details)
            let model = try Google_Rpc_Status(serializedBytes: #require(failure.details))
            #expect(model.code == 3)
            #expect(model.message == "Anteile ≠ 1")
            #expect(model.details.first?.typeURL == "type.googleapis.com/google.rpc.ErrorInfo")
        }
    }

    @Test("the same details are the same bytes, whatever the order of the metadata")
    func determinism() {
        let pairs = (0..<50).map { ("key\($0)", "value") }
        let bytes = [pairs, pairs.reversed()].map { pairs in
            let metadata = Dictionary(uniqueKeysWithValues: pairs)
            return Status(.aborted, "", carrying: [.errorInfo(reason: "R", domain: "d", metadata: metadata)]).details
        }
        #expect(bytes[0] == bytes[1])
    }

    @Test("a status stays small: violations are cut first, then the last details")
    func bounds() throws {
        let many = (0..<1000).map { StatusDetail.FieldViolation(field: "f\($0)", description: "wrong") }
        let short = Status(.invalidArgument, "", carrying: [details[0], .badRequest(many)])
        try #expect(short.readDetails() == [details[0], .badRequest(Array(many.prefix(20)))])

        let long = many.map {
            StatusDetail.FieldViolation(field: $0.field, description: String(repeating: "x", count: 500))
        }
        let cut = Status(.invalidArgument, "", carrying: [details[0], .badRequest(long), details[5]])
        let left = try cut.readDetails()
        #expect(left.first == details[0] && left.last == details[5])
        guard case .badRequest(let violations) = left[1] else {
            Issue.record("\(left)")
            return
        }
        #expect(violations.map(\.field) == long.prefix(violations.count).map(\.field) && violations.count >= 5)
        #expect(violations[0].description == String(repeating: "x", count: 397) + "…")
        try #expect(#require(cut.details).count <= Status.maximumDetailBytes)
    }

    @Test("what a caller sends may be of any length, what a status repeats of it may not")
    func longTexts() throws {
        let name = String(repeating: "ü", count: 35_000)
        let status = Status(
            .notFound, name, carrying: [details[0], .resourceInfo(type: "party", name: name, description: name)])
        #expect(status.message == String(repeating: "ü", count: 510) + "…")
        let cut = String(repeating: "ü", count: 198) + "…"
        try #expect(status.readDetails() == [details[0], .resourceInfo(type: "party", name: cut, description: cut)])
    }

    @Test("foreign details are skipped, malformed ones are an error")
    func foreign() throws {
        var model = Google_Rpc_Status()
        model.details = [
            .with { $0.typeURL = "type.googleapis.com/google.rpc.Help" },
            .with { $0.typeURL = "type.googleapis.com/google.rpc.RetryInfo" },
        ]
        let status = try Status(.unavailable, details: model.serializedBytes())
        try #expect(status.readDetails() == [.retryInfo(.zero)])
        try #expect(Status(.ok).readDetails() == [])
        model.details[1].value = .init([0x0A, 0x05])
        let malformed = try Status(.unavailable, details: model.serializedBytes())
        #expect(throws: (any Error).self) { try malformed.readDetails() }
    }

    @Test("a delay is never told shorter than it is")
    func delays() throws {
        let cases: [(Duration, Duration)] = [
            (.zero, .zero), (.nanoseconds(1), .nanoseconds(1)),
            (Duration(secondsComponent: 0, attosecondsComponent: 1), .nanoseconds(1)),
            (Duration(secondsComponent: 1, attosecondsComponent: 999_999_999_999_999_999), .seconds(2)),
        ]
        for (delay, told) in cases {
            try #expect(Status(.unavailable, "", carrying: [.retryInfo(delay)]).readDetails() == [.retryInfo(told)])
        }
    }
}
