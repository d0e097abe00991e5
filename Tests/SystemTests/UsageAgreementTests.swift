import API
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

/// Parties agree on their numbers before a period is closed, and what comes later is booked on an open day.
@Suite(.timeLimit(.minutes(5)))
struct UsageAgreementTests {
    private func client(_ person: Person, _ house: House) throws -> UsageServiceClient {
        UsageServiceClient(try house.client(person))
    }

    private func confirm(_ person: Person, _ house: House, seenAt size: Int64 = 0) async throws -> UsageStatement {
        try await client(person, house).confirmUsage(
            .with {
                $0.parent = Founding.application
                $0.period = .year(2012)
                $0.registerSize = size
                $0.requestID = .newRequest
            }
        ).statement
    }

    private func verdicts(_ person: Person, _ house: House) async throws -> [String: UsageVerdict] {
        let statements = try await client(person, house).listUsageStatements(
            .with {
                $0.parent = Founding.application
                $0.period = .year(2012)
            }
        ).statements
        return Dictionary(uniqueKeysWithValues: statements.map { ($0.party, $0.verdict) })
    }

    @Test func aStatementSpeaksOfTheTotalsThatItSaw() async throws {
        try await House.with(.founded) { house in
            let first = try await ingest([.batch(.itzgrund, quantities: [3, 4])], as: .itzgrund, in: house)[0]
            let seen = first.registerPosition + 1
            let confirmed = try await confirm(.itzgrund, house, seenAt: seen)
            #expect(confirmed.verdict == .confirmed && confirmed.totals.map(\.quantity) == [7])
            _ = try await client(.grossheirath, house).disputeUsage(
                .with {
                    $0.parent = Founding.application
                    $0.period = .year(2012)
                    $0.metrics = [Founding.metric]
                    $0.requestID = .newRequest
                })
            #expect(
                try await verdicts(.office, house) == [
                    Person.itzgrund.party: .confirmed, Person.grossheirath.party: .disputed,
                    Person.untermerzbach.party: .missing,
                ])
            #expect(try await verdicts(.itzgrund, house) == [Person.itzgrund.party: .confirmed])

            // Another hour: what was said is of other totals now, and nothing is confirmed unseen.
            _ = try await ingest([.batch(.itzgrund, first: 5, quantities: [1])], as: .itzgrund, in: house)
            #expect(try await verdicts(.itzgrund, house) == [Person.itzgrund.party: .outdated])
            let unseen = await refusal { _ = try await confirm(.itzgrund, house, seenAt: seen) }
            #expect(unseen?.reason == "CONFLICT")
            #expect(try await verdicts(.itzgrund, house) == [Person.itzgrund.party: .outdated])
            #expect(try await confirm(.itzgrund, house).totals.map(\.quantity) == [8])
            #expect(try await verdicts(.itzgrund, house) == [Person.itzgrund.party: .confirmed])
            let office = await refusal { _ = try await confirm(.office, house) }
            #expect(office?.code == .permissionDenied)
        }
    }

    @Test func aClosingShowsWhoHasNotConfirmedAndLateUsageIsBookedOnAnOpenDay() async throws {
        try await House.with(.founded) { house in
            _ = try await ingest([.batch(.itzgrund, quantities: [3, 4])], as: .itzgrund, in: house)
            _ = try await confirm(.itzgrund, house)
            let periods = PeriodServiceClient(try house.client(.office))
            let period = try await periods.createPeriod(.year(2012)).period
            let preview = try await CommandRunner(house: house).text(
                .office, "period close y2012 --consortium itzgrund --preview")
            let rest = preview.split(separator: "\n").drop { !$0.contains("usage not confirmed by") }.dropFirst(2)
            #expect(rest.count == 2, "\(preview)")
            for (line, person) in zip(rest, [Person.grossheirath, .untermerzbach]) {
                #expect([person.code, "bauantrag", "missing"].allSatisfy { line.contains($0) }, "\(preview)")
            }
            let closed = try await periods.closePeriod(
                .with {
                    $0.name = period.name
                    $0.requestID = .newRequest
                })
            #expect(
                closed.openUsageStatements.map(\.party) == [Person.grossheirath.party, Person.untermerzbach.party])
            #expect(closed.openUsageStatements.map(\.verdict) == [.missing, .missing])

            var late = IngestUsageRequest.batch(.itzgrund, first: 1, quantities: [9, 5])
            // One record of the open year.
            late.records.append(IngestUsageRequest.batch(.itzgrund, first: 8784, quantities: [100]).records[0])
            late.supersede = true
            let receipt = try await ingest([late], as: .itzgrund, in: house)[0]
            #expect(receipt.recordCount == 3 && receipt.correctedCount == 1)
            #expect(receipt.late.map(\.day) == ["2012-01-01"] && receipt.late.map(\.bookedOn) == ["2013-01-01"])
            #expect(receipt.late.map(\.recordCount) == [2])
            // The totals are those of the intervals, whenever they came.
            #expect(try await usage(of: .itzgrund, in: house).map(\.quantity) == [17])
            let entries = try await client(.office, house).listLateUsage(
                .with {
                    $0.parent = Founding.application
                    $0.booked = .year(2013)
                }
            ).entries
            #expect(entries.map(\.quantity) == [10] && entries.map(\.recordCount) == [2])
            #expect(entries.map(\.day) == [.day(2012, 1, 1)] && entries.map(\.bookedOn) == [.day(2013, 1, 1)])
            #expect(entries.map(\.registerPosition) == [receipt.registerPosition])
            let foreign = try await client(.grossheirath, house).listLateUsage(
                .with {
                    $0.parent = Founding.application
                    $0.booked = .year(2013)
                })
            #expect(foreign.entries.isEmpty)
        }
    }
}
