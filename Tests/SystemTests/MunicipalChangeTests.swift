import API
import GRPC
import SwiftProtobuf
import Testing

/// Municipalities merge, are split and renamed: old settlements stay as they were and explainable, new ones are charged
/// to whoever has come in their places.
@Suite(.timeLimit(.minutes(5)))
struct MunicipalChangeTests {
    private func registry(_ house: House) throws -> MunicipalityServiceClient {
        MunicipalityServiceClient(try house.client(.operator))
    }

    @Test func aMergerLeavesOldSettlementsAndChargesTheSuccessor() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let first = try await settling.calculated("year-2012")
            try await settling.issued(first)
            let explained = try await settling.explained(first, to: .itzgrund)
            try await settling.closeYear(2013, net: 9_000_000)

            _ = try await registry(house).recordMunicipalChange(
                .change(.grossheirath, [(.itzgrund, 1, 1)], on: .day(2013, 7, 1)))
            _ = try await registry(house).renameParty(
                .with {
                    $0.name = Person.itzgrund.party
                    $0.displayName = "Itzgrund und Großheirath"
                    $0.validFrom = .day(2013, 7, 1)
                    $0.requestID = .newRequest
                })
            // What was settled is the same to the word, and still speaks of the municipality of that time.
            let same = try await settling.recompute(first)
            #expect(same.isIdentical, "\(same.mismatches)")
            #expect(try await settling.explained(first, to: .itzgrund) == explained)
            #expect(explained.contains("Itzgrund bears 34,498.12 EUR"))

            let merged = try await settling.calculated("year-2013", year: 2013)
            #expect(merged.lines.map(\.party) == [Person.itzgrund.party, Person.untermerzbach.party])
            // Equal parts of two, 5,000 and 1,700 inhabitants, 200 and 100 cases.
            #expect(merged.lines.map(\.amount.minorUnits) == [6_204_851, 2_795_149])
            let figure = try #require(merged.lines[0].components.first { $0.unit == "inhabitants" })
            #expect(figure.quantity == 5000)
            #expect(figure.source.contains("sum of 09473138: Landesamt, 09473132: Landesamt"), "\(figure.source)")
            #expect(merged.lines[0].explanation.hasPrefix("Itzgrund und Großheirath bears"))
            #expect(try await settling.recompute(merged).isIdentical)
        }
    }

    /// A correction of days before the merger still charges who was there, and asks whoever stands for it now.
    @Test func correctionsGoToTheSuccessor() async throws {
        try await House.with(.founded) { house in
            let settling = Settling(house: house)
            try await settling.closeYear()
            let first = try await settling.calculated("year-2012")
            try await settling.issued(first)
            try await settling.book("late", 2012, net: 300_000)
            _ = try await registry(house).recordMunicipalChange(
                .change(.grossheirath, [(.itzgrund, 1, 3), (.untermerzbach, 2, 3)], on: .day(2013, 7, 1)))
            let correction = try await settling.corrected(first, as: "correction")
            #expect(correction.lines.map(\.party) == Person.members.map(\.party))
            let owed = correction.lines[0].difference.minorUnits
            let documents = try await settling.issued(correction) {
                $0.issueDate = .day(2013, 8, 1)
                $0.dueDates = [.day(2013, 9, 15)]
            }
            let inPlace = documents.filter { $0.predecessor == Person.grossheirath.party }
            #expect(inPlace.map(\.recipient) == [Person.itzgrund.party, Person.untermerzbach.party])
            #expect(inPlace.map(\.net.minorUnits).reduce(0, +) == owed && owed > 0)
            #expect(inPlace[0].net.minorUnits == (2 * owed + 3) / 6)
            #expect(inPlace.allSatisfy { $0.kind == .amendedLevyNotice && !$0.precedingDocuments.isEmpty })
            #expect(documents.count == 4)
            #expect(try await settling.documents(of: .itzgrund).count == 3)
            #expect(try await settling.documents(of: .grossheirath).count == 1)
            // All is asked for: a second correction finds nothing.
            let second = try await settling.corrected(correction, as: "second")
            #expect(second.lines.allSatisfy { $0.difference.minorUnits == 0 })

            // Nobody silently bears nothing: after a split the members have to be made anew.
            try await settling.closeYear(2014, net: 9_000_000)
            let split = await refusal { _ = try await settling.calculated("year-2014", year: 2014) }
            #expect(split?.reason == "INVALID_STATE" && split?.metadata["party"] == Person.grossheirath.code)
        }
    }

    @Test func changesAreRecordedOnceAndResolved() async throws {
        try await House.with(.founded) { house in
            let registry = try registry(house)
            let merger = RecordMunicipalChangeRequest.change(.grossheirath, [(.itzgrund, 1, 1)], on: .day(2013, 7, 1))
            let recorded = try await registry.recordMunicipalChange(merger)
            #expect(try await registry.recordMunicipalChange(merger).registerPosition == recorded.registerPosition)
            _ = try await registry.recordMunicipalChange(
                .change(.itzgrund, [(.ebern, 1, 4), (.untermerzbach, 3, 4)], on: .day(2014, 1, 1)))
            func successors(_ day: API.CivilDate, size: Int64? = nil) async throws -> [Successor] {
                try await registry.resolveSuccessors(
                    .with {
                        $0.name = Person.grossheirath.party
                        $0.asOf.day = day
                        if let size { $0.asOf.registerSize = size }
                    }
                ).successors
            }
            #expect(try await successors(.day(2013, 6, 30)) == [.of(.grossheirath, 1, 1)])
            #expect(try await successors(.day(2013, 7, 1)) == [.of(.itzgrund, 1, 1)])
            #expect(try await successors(.day(2014, 1, 1)) == [.of(.ebern, 1, 4), .of(.untermerzbach, 3, 4)])
            let before = recorded.registerPosition
            #expect(try await successors(.day(2014, 1, 1), size: before) == [.of(.grossheirath, 1, 1)])

            let listed = try await registry.listMunicipalChanges(.with { $0.parent = Person.itzgrund.party })
            #expect(listed.municipalChanges.map(\.predecessor) == [Person.grossheirath.party, Person.itzgrund.party])
            #expect(listed.municipalChanges[0] == recorded.municipalChange)
            let page = try await registry.listMunicipalChanges(
                .with {
                    $0.parent = "parties/-"
                    $0.pageSize = 1
                })
            let rest = try await registry.listMunicipalChanges(
                .with {
                    $0.parent = "parties/-"
                    $0.pageSize = 1
                    $0.pageToken = page.nextPageToken
                })
            #expect(page.municipalChanges + rest.municipalChanges == listed.municipalChanges)
            let party = try await registry.getParty(.with { $0.name = Person.grossheirath.party }).party
            #expect(party.dissolvedOn == .day(2013, 7, 1) && party.successors == [.of(.itzgrund, 1, 1)])

            let cases: [(RecordMunicipalChangeRequest, String)] = [
                (.change(.grossheirath, [(.ebern, 1, 1)], on: .day(2015, 1, 1)), "INVALID_STATE"),
                (.change(.auditor, [(.itzgrund, 1, 1)], on: .day(2014, 7, 1)), "INVALID_STATE"),
                (.change(.ebern, [(.untermerzbach, 1, 2)], on: .day(2015, 1, 1)), "SHARES_DO_NOT_SUM_TO_ONE"),
                (.change(.ebern, [(.ebern, 1, 1)], on: .day(2015, 1, 1)), "INVALID_FIELD"),
                (.change(.ebern, [], on: .day(2015, 1, 1)), "MISSING_FIELD"),
                (.change(.ebern, [(.nobody, 1, 1)], on: .day(2015, 1, 1)), "UNKNOWN_PARTY"),
            ]
            for (request, reason) in cases {
                let refused = await refusal { _ = try await registry.recordMunicipalChange(request) }
                #expect(refused?.reason == reason, "\(refused?.message ?? "")")
            }
        }
    }

    @Test func keyFiguresAreThoseOfThePlaceAndNamesThoseOfTheDay() async throws {
        try await House.with(.founded) { house in
            let registry = try registry(house)
            _ = try await registry.recordMunicipalChange(
                .change(.grossheirath, [(.itzgrund, 1, 1)], on: .day(2012, 5, 1)))
            func inhabitants(_ day: API.CivilDate) async throws -> ResolveKeyFigureResponse {
                try await registry.resolveKeyFigure(
                    .with {
                        $0.party = Person.itzgrund.party
                        $0.kind = .inhabitants
                        $0.referenceDate = .day(2011, 12, 31)
                        $0.asOf.day = day
                    })
            }
            #expect(try await inhabitants(.day(2012, 4, 30)).value == 2344)
            let merged = try await inhabitants(.day(2012, 5, 1))
            #expect(merged.value == 2344 + 2595 && merged.source.hasPrefix("sum of"))
            let none = await refusal {
                _ = try await registry.resolveKeyFigure(
                    .with {
                        $0.party = Person.ebern.party
                        $0.kind = .inhabitants
                        $0.referenceDate = .day(2011, 12, 31)
                    })
            }
            #expect(none?.reason == "MISSING_KEY_FIGURE")

            for (name, day) in [("Zweiter", API.CivilDate.day(2013, 1, 1)), ("Dritter", .day(2012, 7, 1))] {
                _ = try await registry.renameParty(
                    .with {
                        $0.name = Person.ebern.party
                        $0.displayName = name
                        $0.validFrom = day
                        $0.requestID = .newRequest
                    })
            }
            let names = try await registry.listPartyNames(.with { $0.parent = Person.ebern.party }).partyNames
            // The second one, from an earlier day on, takes the place of the first one, too.
            #expect(names.map(\.displayName) == ["Dritter", "Ebern"])
            #expect(names[1].valid.end == .day(2012, 7, 1))
            #expect(try await registry.getParty(.with { $0.name = Person.ebern.party }).party.displayName == "Dritter")
        }
    }

    /// A final figure never becomes provisional again, and who corrects one says so.
    @Test func figuresFollowEachOtherAsTheyArePublished() async throws {
        try await House.with(.founded) { house in
            let client = MunicipalityServiceClient(try house.client(.itzgrund))
            func record(_ status: KeyFigureStatus, _ value: Int64, published: API.CivilDate? = nil) async -> Refusal? {
                var request = RecordKeyFigureRequest.inhabitants(of: .itzgrund, year: 2015, value: value)
                request.keyFigure.status = status
                if let published { request.keyFigure.publishedOn = published }
                return await refusal { _ = try await client.recordKeyFigure(request) }
            }
            #expect(await record(.provisional, 1, published: .day(2015, 11, 1)) == nil)
            #expect(await record(.revised, 2)?.reason == "INVALID_STATE")
            #expect(await record(.final, 2, published: .day(2015, 12, 1))?.fields == ["key_figure.published_on"])
            #expect(await record(.provisional, 2) == nil)
            #expect(await record(.final, 3, published: .day(2016, 9, 1)) == nil)
            for status in [KeyFigureStatus.provisional, .final] {
                #expect(await record(status, 4)?.reason == "INVALID_STATE")
            }
            #expect(await record(.revised, 5) == nil)
            #expect(await record(.revised, 6, published: .day(2017, 1, 1)) == nil)
            let figures = try await client.listKeyFigures(.with { $0.parent = Person.itzgrund.party }).keyFigures
            #expect(figures[0].value == 6 && figures[0].publishedOn == .day(2017, 1, 1))
        }
    }
}

extension RecordMunicipalChangeRequest {
    static func change(
        _ person: Person, _ successors: [(Person, Int64, Int64)], on day: API.CivilDate
    ) -> RecordMunicipalChangeRequest {
        .with {
            $0.municipalChange.predecessor = person.party
            $0.municipalChange.effectiveDate = day
            $0.municipalChange.successors = successors.map { .of($0.0, $0.1, $0.2) }
            $0.municipalChange.legalBasis = "Art. 11 GO"
            $0.requestID = .newRequest
        }
    }
}

extension Successor {
    static func of(_ person: Person, _ numerator: Int64, _ denominator: Int64) -> Successor {
        .with {
            $0.party = person.party
            $0.share = .of(numerator, denominator)
        }
    }
}
