import API
import Foundation
import GRPC
import SwiftProtobuf
import Testing

/// Single values that are as large, as small or as odd as the wire allows: each is refused by its name, or kept.
@Suite(.timeLimit(.minutes(5)))
struct ExtremeValueTests {
    private static let odd: [Int64] = [.max, .min, 9_223_372_036_855, -9_223_372_036_854, 253_402_300_800]

    @Test func momentsBeyondTheCalendarAreRefused() async throws {
        try await House.with(.founded) { house in
            for seconds in Self.odd {
                for nanos in [0, Int32.max, .min] {
                    let moment = Google_Protobuf_Timestamp(seconds: seconds, nanos: nanos)
                    let rotation = await refusal {
                        _ = try await AccessServiceClient(try house.client(.itzgrund)).rotateCredential(
                            .with {
                                $0.name = "credentials/" + hex((try? Person.itzgrund.digest) ?? [])
                                $0.successor = "credentials/" + hex((try? Person.nobody.digest) ?? [])
                                $0.endTime = moment
                                $0.requestID = .newRequest
                            })
                    }
                    #expect(rotation?.fields == ["end_time"], "\(moment): \(String(describing: rotation))")
                    let reading = await refusal {
                        _ = try await ConsortiumServiceClient(try house.client(.itzgrund)).getConsortium(
                            .with {
                                $0.name = Founding.consortium
                                $0.asOf.time = moment
                            })
                    }
                    #expect(reading?.fields == ["as_of.time"], "\(moment): \(String(describing: reading))")
                }
            }
        }
    }

    @Test func textsThatCannotBeStoredAreRefusedByName() async throws {
        try await House.with(.founded) { house in
            let parties = MunicipalityServiceClient(try house.client(.itzgrund))
            let name = await refusal { _ = try await parties.getParty(.with { $0.name = "parties/a\0" }) }
            #expect(name?.code == .invalidArgument && name?.fields == ["name"], "\(String(describing: name))")
            let figures = await refusal { _ = try await parties.listKeyFigures(.with { $0.parent = "parties/\0" }) }
            #expect(figures?.code == .invalidArgument, "\(String(describing: figures))")
            let page = await refusal { _ = try await parties.listParties(.with { $0.pageToken = "\0" }) }
            #expect(page?.code == .invalidArgument, "\(String(describing: page))")
            let decision = await refusal {
                _ = try await DecisionServiceClient(try house.client(.itzgrund)).getDecision(
                    .with { $0.name = Founding.consortium + "/decisions/\0" })
            }
            #expect(decision?.code == .invalidArgument, "\(String(describing: decision))")
        }
    }

    @Test func usageThatIsTooLargeTogetherIsSaidToBe() async throws {
        try await House.with(.founded) { house in
            let quantities = [Int64](repeating: 1_000_000_000_000_000, count: 10_000)
            _ = try await ingest([.batch(.itzgrund, quantities: quantities)], as: .itzgrund, in: house)
            let sum = await refusal {
                _ = try await UsageServiceClient(try house.client(.itzgrund)).queryUsageTotals(
                    .with {
                        $0.parent = Founding.application
                        $0.period = .year(2012)
                        $0.period.end = .day(2014, 1, 1)
                    })
            }
            #expect(sum?.code == .outOfRange && sum?.reason == "OUT_OF_RANGE", "\(String(describing: sum))")
        }
    }

    @Test func intervalsBeyondTheCalendarAreRefused() async throws {
        try await House.with(.founded) { house in
            for start in Self.odd + [-1, IngestUsageRequest.newYear] {
                for end in Self.odd + [-1, 1] {
                    let answer = await refusal {
                        _ = try await UsageServiceClient(try house.client(.itzgrund)).getUsageHistory(
                            .with {
                                $0.parent = Founding.application
                                $0.party = Person.itzgrund.party
                                $0.metric = Founding.metric
                                $0.intervalStart = start
                                $0.intervalEnd = end
                            })
                    }
                    #expect(answer?.code == .invalidArgument, "\(start), \(end): \(String(describing: answer))")
                }
            }
            let allTime = await refusal {
                _ = try await UsageServiceClient(try house.client(.office)).queryUsageTotals(
                    .with {
                        $0.parent = Founding.application
                        $0.period = .year(1)
                        $0.period.end = .day(9999, 1, 1)
                    })
            }
            #expect(allTime?.fields == ["period"], "\(String(describing: allTime))")
        }
    }

    @Test func costsThatAreTooLargeTogetherAreNeverWrapped() async throws {
        try await House.with(.founded) { house in
            let costs = CostServiceClient(try house.client(.office))
            let settlements = SettlementServiceClient(try house.client(.office))
            for person in Person.members {
                _ = try await ingest([.batch(person, quantities: [1])], as: person, in: house)
            }
            // The most that can be booked is shared out to the last cent.
            _ = try await costs.createCostItem(.cost("all", net: .max))
            var preview = CalculateSettlementRequest.settlement("y2012")
            preview.validateOnly = true
            let settlement = try await settlements.calculateSettlement(preview).settlement
            #expect(settlement.total.minorUnits == .max)
            #expect(settlement.lines.reduce(Int128(0)) { $0 + Int128($1.amount.minorUnits) } == Int128(Int64.max))
            _ = try await costs.createCostItem(.cost("more", net: 1))
            let sum = await refusal { _ = try await settlements.calculateSettlement(preview) }
            #expect(sum?.code == .outOfRange, "\(String(describing: sum))")
            // Revenue beyond the costs: what is given back is shared out as costs are, with the other sign.
            _ = try await costs.createCostItem(.cost("sale", net: .max, kind: .revenue))
            _ = try await costs.createCostItem(.cost("grant", net: 101, kind: .revenue))
            let surplus = try await settlements.calculateSettlement(preview).settlement
            #expect(surplus.total.minorUnits == -100)
            #expect(surplus.lines.map(\.amount.minorUnits).reduce(0, +) == -100)
            let gross = await refusal {
                _ = try await costs.createCostItem(.cost("gross", net: .max, vat: .max))
                _ = try await settlements.calculateSettlement(preview)
            }
            #expect(gross?.code == .outOfRange, "\(String(describing: gross))")
        }
    }

    @Test func differencesThatAreTooLargeAreNeverWrapped() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            // All of the usage is its, so that it bears more than half of the pool.
            for first in [-8000, 0] as [Int64] {
                let batch = IngestUsageRequest.batch(.grossheirath, first: first, quantities: [100])
                _ = try await ingest([batch], as: .grossheirath, in: house)
            }
            var advance = CalculateSettlementRequest.settlement("advance")
            advance.advance.budget.pools = [
                .with {
                    $0.pool = .operation
                    $0.need = .euros(cents: .max)
                }
            ]
            try await settling.issued(try await settling.office.calculateSettlement(advance).settlement)
            let costs = CostServiceClient(try house.client(.office))
            _ = try await costs.createCostItem(.cost("sale", net: .max, kind: .revenue))
            let final = await refusal { _ = try await settling.calculated("y2012") }
            #expect(final?.code == .outOfRange, "\(String(describing: final))")
        }
    }

    @Test func whatIsRepeatedOfARequestFitsIntoATrailer() async throws {
        try await House.with(.founded) { house in
            let long = String(repeating: "x", count: 100_000)
            let unknown = await refusal {
                _ = try await MunicipalityServiceClient(try house.client(.itzgrund)).getParty(
                    .with { $0.name = "parties/" + long })
            }
            #expect(unknown?.reason == "UNKNOWN_RESOURCE", "\(String(describing: unknown))")
            let many = await refusal {
                var request = CreateConsortiumRequest.consortium("neu", members: [])
                request.consortium.members = (0..<5000).map { _ in .with { $0.party = "parties/a/b" } }
                _ = try await ConsortiumServiceClient(try house.client(.office)).createConsortium(request)
            }
            #expect(many?.reason == "INVALID_FIELD" && many?.fields.count ?? 0 >= 5, "\(String(describing: many))")
        }
    }

    @Test func anUnknownMemberIsNamedByItsPlaceInTheRequest() async throws {
        try await House.with(.founded) { house in
            let members = [Person.untermerzbach.party, "parties/09000000", Person.itzgrund.party]
            let answer = await refusal {
                _ = try await ConsortiumServiceClient(try house.client(.office)).createConsortium(
                    .consortium("neu", members: members))
            }
            #expect(answer?.fields == ["consortium.members[1].party"], "\(String(describing: answer))")
        }
    }
}
