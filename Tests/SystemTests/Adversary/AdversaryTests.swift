import API
import Foundation
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// Whatever a registered caller sends to any call: the server lives, says what is wrong, and keeps nothing of what it
/// refused.
@Suite(.timeLimit(.minutes(5)))
struct AdversaryTests {
    private struct Attempt: Sendable {
        let method: MethodDescriptor
        let person: Person
        let bytes: [UInt8]
    }

    private struct Outcome: Sendable {
        let attempt: Attempt
        /// Nil when the call succeeded.
        let refusal: Refusal?
    }

    private static let attemptCount = 1800
    private static let callers: [Person] = [.operator, .office, .office, .itzgrund, .auditor]

    /// Another seed, for a longer hunt: ALLMENDE_ADVERSARY_SEED.
    private static let seed = ProcessInfo.processInfo.environment["ALLMENDE_ADVERSARY_SEED"].flatMap(UInt64.init) ?? 1

    @Test func noRequestBringsTheServerDownOrLeavesSomethingBehind() async throws {
        let schema = try Schema.shared.get()
        try await House.with(.founded) { house in
            let offered = try await Self.offered(by: house)
            let methods = schema.methods.filter { offered.contains($0.descriptor.service) }
            #expect(methods.count > 50)
            var outcomes: [Outcome] = []
            var forms: [String: [String: String]] = [:]
            for start in stride(from: 0, to: Self.attemptCount, by: 300) {
                let attempts = (start..<start + 300).map { number in
                    Self.attempt(number, methods[number % methods.count], schema, forms)
                }
                let round = try await Self.makeAll(attempts, house)
                Self.learn(from: round, &forms)
                outcomes += round
                let isAlive = await refusal { _ = try await usage(of: .grossheirath, in: house) }
                try #require(isAlive?.code != .unavailable, "seed \(Self.seed): \(house.server.log.suffix(2000))")
            }
            Self.judge(outcomes, house)
            try await checkThatNothingIsLeft(of: outcomes, house)
        }
    }

    /// The services that the server itself says it offers.
    private static func offered(by house: House) async throws -> Set<String> {
        let stream = try await Grpc_Reflection_V1_ServerReflectionClient(try house.client(.operator))
            .serverReflectionInfo()
        try await stream.send(.with { $0.listServices = "" })
        let services = try await stream.receive()?.listServicesResponse.service.map(\.name) ?? []
        try await stream.finish()
        return Set(services)
    }

    private static func attempt(
        _ number: Int, _ method: Schema.Method, _ schema: Schema, _ forms: [String: [String: String]]
    ) -> Attempt {
        var requests = HostileRequests(
            seed: seed &* 1_000_003 &+ UInt64(number), schema: schema, forms: forms[method.descriptor.path] ?? [:])
        let person = callers[number % 7 % callers.count]
        return Attempt(method: method.descriptor, person: person, bytes: requests.request(method.input))
    }

    private static func make(_ attempt: Attempt, _ house: House) async throws -> Outcome {
        let client = try house.client(attempt.person)
        let refusal = await refusal { try await client.send(attempt.bytes, to: attempt.method) }
        return Outcome(attempt: attempt, refusal: refusal)
    }

    private static func makeAll(_ attempts: [Attempt], _ house: House) async throws -> [Outcome] {
        try await withThrowingTaskGroup(of: [Outcome].self) { tasks in
            let workers = 6
            for worker in 0..<workers {
                tasks.addTask {
                    var outcomes: [Outcome] = []
                    for index in stride(from: worker, to: attempts.count, by: workers) {
                        outcomes.append(try await make(attempts[index], house))
                    }
                    return outcomes
                }
            }
            return try await tasks.reduce(into: []) { $0 += $1 }
        }
    }

    /// The server says itself how a name must look; who listens comes further.
    private static func learn(from outcomes: [Outcome], _ forms: inout [String: [String: String]]) {
        for outcome in outcomes {
            for match in (outcome.refusal?.message ?? "").matches(
                of: /([a-z_]+)(\[\d+\])? must have the form (\S+?);?( |$)/)
            {
                forms[outcome.attempt.method.path, default: [:]][String(match.1)] = String(match.3)
            }
        }
    }

    /// Every refusal has a reason that a caller can act on.
    private static func judge(_ outcomes: [Outcome], _ house: House) {
        var counts: [String: Int] = [:]
        for outcome in outcomes {
            counts[outcome.refusal?.code.name ?? "OK", default: 0] += 1
            guard let refusal = outcome.refusal else { continue }
            // A watch ends by its deadline, nothing else does.
            let isLate = refusal.code == .deadlineExceeded && outcome.attempt.method.kind == .unary
            let isFault = isLate || [.unknown, .internal, .unavailable, .dataLoss].contains(refusal.code)
            let cause = refusal.metadata["error_id"].flatMap { id in
                house.server.log.split(separator: "\n").first { $0.contains(id) }
            }
            #expect(
                !isFault,
                """
                seed \(seed): \(outcome.attempt.method.path) as \(outcome.attempt.person): \(refusal.code.name) \
                \(refusal.message); log: \(cause ?? "nothing"); request in base64: \
                \(Data(outcome.attempt.bytes.prefix(1500)).base64EncodedString())
                """)
            // What is longer than a message may be comes to none of our handlers.
            let isOurs =
                outcome.attempt.method.service.hasPrefix("allmende.") && refusal.code != .deadlineExceeded
                && outcome.attempt.bytes.count <= ServerLimits().maximumRequestBytes
            let attempt = "\(outcome.attempt.method.path) with \(outcome.attempt.bytes.count) bytes"
            if isOurs { #expect(!refusal.reason.isEmpty, "\(attempt): \(refusal)") }
        }
        print("adversary: seed \(seed), \(counts.sorted { $0.key < $1.key })")
        // Guards the test itself: a generator that is refused at the door finds nothing.
        #expect(counts["OK", default: 0] > outcomes.count / 20, "\(counts)")
        #expect(counts["FAILED_PRECONDITION", default: 0] > 0, "\(counts)")
    }

    /// Sends what was refused again, one after the other, and compares the whole database.
    private func checkThatNothingIsLeft(of outcomes: [Outcome], _ house: House) async throws {
        let refused = outcomes.filter { $0.refusal != nil && $0.attempt.method.kind == .unary }
        var before = try house.database.fingerprint()
        for start in stride(from: 0, to: min(refused.count, 500), by: 50) {
            var group: [String] = []
            var hasChanged = false
            for outcome in refused[start..<min(start + 50, refused.count)] {
                let again = try await Self.make(outcome.attempt, house)
                // What was refused may be right by now, as the state has gone on.
                if again.refusal == nil { hasChanged = true }
                group.append("\(outcome.attempt.method.method): \(again.refusal?.reason ?? "OK")")
            }
            let after = try house.database.fingerprint()
            if !hasChanged { #expect(before == after, "seed \(Self.seed): one of \(group) has left something behind") }
            before = after
        }
    }
}

extension TestDatabase {
    /// Rows and their digest, by table; of tables that have rows. Who looked is written down also of refused calls.
    func fingerprint() throws -> [String] {
        try execute(
            """
            SELECT format('%s %s', table_name, summary) FROM (
                SELECT c.relname AS table_name, query_to_xml(format(
                    'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM %I.%I t', n.nspname, c.relname),
                    false, true, '')::text AS summary
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'access_log') s
            WHERE summary NOT LIKE '%<count>0</count>%' ORDER BY 1
            """
        ).split(separator: "\n").map(String.init)
    }
}
