import API
import GRPC
import SwiftProtobuf
import Testing

/// Periods are opened and closed by the office, and opened again by a decision alone.
@Suite(.timeLimit(.minutes(5)))
struct PeriodTests {
    @Test func aPeriodIsClosedAndReopenedByADecision() async throws {
        try await House.with(.founded) { house in
            let client = PeriodServiceClient(try house.client(.office))
            let opened = try await client.createPeriod(.year(2012)).period
            #expect(opened.state == .open && opened.days == .year(2012) && !opened.etag.isEmpty)
            let early = await refusal {
                _ = try await Founding(house: house).decide("reopen-early") {
                    $0.reopenPeriod.period = opened.name
                }
            }
            #expect(early?.reason == "INVALID_STATE")

            let preview = try await client.closePeriod(.closing(opened, preview: true)).period
            #expect(preview.state == .closed)
            #expect(try await client.getPeriod(.with { $0.name = opened.name }).period == opened)
            let closed = try await client.closePeriod(.closing(opened)).period
            #expect(closed.state == .closed && closed.closedRegisterSize == closed.registerPosition)
            let stale = await refusal { _ = try await client.closePeriod(.closing(opened)) }
            #expect(stale?.code == .aborted && stale?.reason == "ETAG_MISMATCH")
            #expect(stale?.metadata["etag"] == closed.etag && stale?.resource == opened.name)
            let again = await refusal { _ = try await client.closePeriod(.closing(closed)) }
            #expect(again?.code == .failedPrecondition && again?.reason == "INVALID_STATE")

            let decision = try await Founding(house: house).decide("reopen") {
                $0.reopenPeriod.period = opened.name
            }
            #expect(decision.state == .passed)
            let reopened = try await PeriodServiceClient(try house.client(.itzgrund)).listPeriods(
                .with { $0.parent = Founding.consortium }
            ).periods
            #expect(reopened.map(\.state) == [.reopened] && reopened[0].closedRegisterSize == 0)
            #expect(try await client.closePeriod(.closing(reopened[0])).period.state == .closed)
        }
    }

    @Test func periodsDoNotOverlap() async throws {
        try await House.with(.founded) { house in
            let client = PeriodServiceClient(try house.client(.office))
            _ = try await client.createPeriod(.year(2012))
            var quarter = CreatePeriodRequest.year(2012)
            quarter.periodID = "q4"
            quarter.period.kind = .quarter
            quarter.period.days.start = .day(2012, 10, 1)
            let overlap = await refusal { _ = try await client.createPeriod(quarter) }
            #expect(overlap?.code == .alreadyExists && overlap?.fields == ["period.days"])
            quarter.period.days.start = .day(2013, 1, 1)
            quarter.periodID = "y2012"
            let taken = await refusal { _ = try await client.createPeriod(quarter) }
            #expect(taken?.code == .alreadyExists && taken?.fields == ["period_id"])
            quarter.periodID = "q1"
            quarter.period.days.start = .day(2013, 1, 2)
            let day = await refusal { _ = try await client.createPeriod(quarter) }
            #expect(day?.fields == ["period.days.start"])
            quarter.period.days = .year(2013)
            let end = await refusal { _ = try await client.createPeriod(quarter) }
            #expect(end?.fields == ["period.days.end"])
            let member = await refusal {
                _ = try await PeriodServiceClient(try house.client(.itzgrund)).createPeriod(.year(2014))
            }
            #expect(member?.code == .permissionDenied)
        }
    }

    /// What is reported after the closing is no part of the settlement; after a reopening and a new closing it is.
    @Test func usageAfterTheClosingDoesNotCount() async throws {
        try await House.with(.founded) { house in
            for person in Person.members {
                _ = try await ingest([.batch(person, quantities: [10])], as: person, in: house)
            }
            _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("all", net: 100_000))
            let periods = PeriodServiceClient(try house.client(.office))
            let opened = try await periods.createPeriod(.year(2012)).period
            let closed = try await periods.closePeriod(.closing(opened)).period
            _ = try await ingest([.batch(.itzgrund, first: 9, quantities: [30])], as: .itzgrund, in: house)
            let settlements = SettlementServiceClient(try house.client(.office))
            let first = try await settlements.calculateSettlement(.settlement("first")).settlement
            #expect(first.usageRegisterSize == closed.closedRegisterSize)
            #expect(first.registerSize > closed.registerPosition)
            #expect(first.lines.map { $0.components[2].ratio } == [.of(10, 30), .of(10, 30), .of(10, 30)])
            try await Founding(house: house).decide("reopen") {
                $0.reopenPeriod.period = opened.name
            }
            let second = try await settlements.calculateSettlement(.settlement("second")).settlement
            #expect(second.lines.map { $0.components[2].ratio } == [.of(10, 60), .of(40, 60), .of(10, 60)])
            #expect(second.usageRegisterSize == second.registerSize)
        }
    }
}

extension CreatePeriodRequest {
    static func year(_ year: Int32) -> CreatePeriodRequest {
        .with {
            $0.parent = Founding.consortium
            $0.periodID = "y\(year)"
            $0.period.kind = .fiscalYear
            $0.period.days.start = .day(year, 1, 1)
            $0.requestID = .newRequest
        }
    }
}

extension ClosePeriodRequest {
    static func closing(_ period: Period, preview: Bool = false) -> ClosePeriodRequest {
        .with {
            $0.name = period.name
            $0.etag = period.etag
            $0.validateOnly = preview
            $0.requestID = .newRequest
        }
    }
}
