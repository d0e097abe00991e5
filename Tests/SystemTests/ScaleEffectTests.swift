import API
import GRPC
import SwiftProtobuf
import Testing

/// What a joiner does to the cost of the others, with figures worked out by hand.
@Suite(.timeLimit(.minutes(5)))
struct ScaleEffectTests {
    @Test func aJoinerMakesItCheaperForAll() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let first = try await settling.approve(try await settling.calculated("year-2012"))
            // A calculation that nobody has approved says nothing.
            _ = try await settling.calculated("another-2012")
            try await house.joinEbern()
            try await secondYear(settling)
            let second = try await settling.approve(try await settling.calculated("year-2013", year: 2013))
            let lines = try await report(house).lines
            #expect(lines.map(\.settlement) == [first.name, second.name])
            #expect(lines.map(\.agreementRevision) == Array(repeating: Founding.agreement + "/revisions/1", count: 2))
            #expect(lines.map(\.period) == [.year(2012), .year(2013)])
            #expect(lines.map(\.parties) == [3, 4])
            #expect(lines[0].joined.isEmpty && lines[1].joined == [Person.ebern.party])
            #expect(
                lines.allSatisfy { $0.left.isEmpty && $0.withoutInhabitants.isEmpty && $0.metric == Founding.metric })
            #expect(lines.map(\.total) == [.euros(cents: 10_000_000), .euros(cents: 12_000_000)])
            #expect(lines.map(\.inhabitantsOn) == [.day(2011, 12, 31), .day(2012, 12, 31)])
            // 2,595 + 2,344 + 1,706, and 2,600 + 2,350 + 1,700 + 7,000.
            #expect(lines.map(\.inhabitants) == [6645, 13_650])
            #expect(lines.map(\.cases) == [300, 400])
            #expect(lines.map(\.perInhabitant) == [.of(10_000_000, 6645), .of(12_000_000, 13_650)])
            #expect(lines.map(\.perCase) == [.of(10_000_000, 300), .of(12_000_000, 400)])
            #expect(!lines[0].hasPerInhabitantChange && !lines[0].hasPerCaseChange)
            // 12 × 6,645 / (10 × 13,650) = 1329/2275, and 300 / 333 1/3 = 9/10.
            #expect(lines[1].perInhabitantChange == .of(-946, 2275))
            #expect(lines[1].perCaseChange == .of(-1, 10))
            try await checkTable(house)
        }
    }

    /// For people: rates in euros, changes in per cent, who joined, and a chart of each average.
    private func checkTable(_ house: House) async throws {
        let text = try await CommandRunner(house: house).text(
            .office, "centre scale-effect umlage --consortium itzgrund")
        // 100,000 / 6,645, 120,000 / 13,650, 100,000 / 300, 120,000 / 400.
        for figure in ["15.0489", "8.7912", "-41.6 %", "333.3333", "300.0000", "-10 %", "2013: 09674130 joined"] {
            #expect(text.contains(figure), "\(figure): \(text)")
        }
        let bars = text.split(separator: "\n").filter { $0.contains("█") }.map { line in line.count { $0 == "█" } }
        // The largest average has 32 cells: 32 × 8.7912 / 15.0489 = 18.69, and 32 × 300 / 333.3333 = 28.8.
        #expect(bars == [32, 18, 32, 28], "\(text)")
    }

    @Test func aCorrectionTakesThePlaceOfWhatItCorrectsAndGapsAreNamed() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let first = try await settling.calculated("year-2012")
            #expect(try await report(house).lines.isEmpty)
            _ = try await settling.issued(first)
            _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("late", net: 1_000_000))
            let correction = try await settling.approve(try await settling.corrected(first, as: "correction"))
            let lines = try await report(house).lines
            #expect(lines.map(\.settlement) == [correction.name])
            #expect(lines.map(\.perInhabitant) == [.of(11_000_000, 6645)])

            let member = await refusal { _ = try await report(house, as: .itzgrund) }
            #expect(member?.code == .permissionDenied)
            let foreign = await refusal {
                _ = try await report(house) { $0.metric = Founding.foreignApplication + "/metrics/cases" }
            }
            #expect(foreign?.fields == ["metric"])
            let none = await refusal {
                _ = try await report(house) { $0.agreement = Founding.consortium + "/agreements/none" }
            }
            #expect(none?.code == .notFound)
        }
    }

    private func report(
        _ house: House, as person: Person = .office, _ change: (inout GetScaleEffectRequest) -> Void = { _ in }
    ) async throws -> GetScaleEffectResponse {
        var request = GetScaleEffectRequest.with { $0.agreement = Founding.agreement }
        change(&request)
        return try await CompetenceServiceClient(try house.client(person)).getScaleEffect(request)
    }

    /// 100 cases each, 120,000.00 of cost, and the inhabitants of 31 December 2012.
    private func secondYear(_ settling: Settling) async throws {
        let house = settling.house
        let inhabitants: [(Person, Int64)] = [
            (.grossheirath, 2600), (.itzgrund, 2350), (.untermerzbach, 1700), (.ebern, 7000),
        ]
        for (person, count) in inhabitants {
            _ = try await MunicipalityServiceClient(try house.client(person)).recordKeyFigure(
                .with {
                    $0.keyFigure.party = person.party
                    $0.keyFigure.kind = .inhabitants
                    $0.keyFigure.referenceDate = .day(2012, 12, 31)
                    $0.keyFigure.value = count
                    $0.keyFigure.status = .final
                    $0.keyFigure.source = "Gemeindeverzeichnis"
                    $0.requestID = .newRequest
                })
            // 2012 has 366 days.
            _ = try await ingest([.batch(person, first: 366 * 24, quantities: [100])], as: person, in: house)
        }
        var cost = CreateCostItemRequest.cost("hosting-2013", net: 12_000_000)
        cost.costItem.servicePeriod = .year(2013)
        _ = try await CostServiceClient(try house.client(.office)).createCostItem(cost)
        try await settling.close(2013)
    }
}

extension House {
    /// A fourth municipality applies, and is a member from 2013 on.
    func joinEbern() async throws {
        _ = try await ConsortiumServiceClient(try client(.office)).applyForMembership(
            .with {
                $0.parent = Founding.consortium
                $0.party = Person.ebern.party
                $0.requestID = .newRequest
            })
        let decision = try await Founding(house: self).decide("ebern") {
            $0.admitMember = .of(.ebern, from: .day(2013, 1, 1))
        }
        #expect(decision.state == .passed)
    }
}
