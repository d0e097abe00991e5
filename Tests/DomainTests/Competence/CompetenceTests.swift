import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct CompetenceTests {
    private func day(_ text: String) throws -> CivilDate { try CivilDate(text, field: "day") }

    // MARK: - Who advises

    private func only(_ bodies: [(String, [String], [String])], _ land: String?, _ topic: String) -> String? {
        AdvisoryCompetence.only(of: bodies, land: land, topic: topic) { body in
            AdvisoryCompetence(lands: body.1, topics: body.2)
        }?.0
    }

    @Test func theClosestBodyIsCompetent() {
        let bodies = [
            ("federal", [], []), ("bavaria", ["09"], []), ("building", [], ["bauwesen"]),
            ("bavaria-building", ["09"], ["bauwesen"]),
        ]
        #expect(only(bodies, "09", "bauwesen") == "bavaria-building")
        #expect(only(bodies, "09", "soziales") == "bavaria")
        #expect(only(bodies, "01", "bauwesen") == "building")
        #expect(only(bodies, "01", "soziales") == "federal")
        #expect(only(bodies, nil, "soziales") == "federal")
        #expect(only([("a", ["09"], []), ("b", ["09"], [])], "09", "x") == nil, "somebody has to choose")
        #expect(only([("a", ["09"], [])], "01", "x") == nil)
    }

    // MARK: - Size classes

    @Test(arguments: zip(SizeClass.allCases, SizeClass.allCases.dropFirst()))
    func bothSidesOfEveryBound(_ below: SizeClass, _ above: SizeClass) {
        #expect(SizeClass(inhabitants: above.lowerBound - 1) == below)
        #expect(SizeClass(inhabitants: above.lowerBound) == above)
    }

    @Test func theSmallestAndTheLargest() {
        #expect(SizeClass(inhabitants: 0) == .ruralMunicipality)
        #expect(SizeClass(inhabitants: .max) == .largerCity)
        #expect(SizeClass.allCases.map(\.lowerBound) == SizeClass.allCases.map(\.lowerBound).sorted())
    }

    // MARK: - Coverage

    @Test func coverageAddsUpByLandAndSize() throws {
        let coverage = try Coverage([
            .init(land: "09", inhabitants: 2595, isCovered: true),
            .init(land: "09", inhabitants: 5000, isCovered: false),
            .init(land: "01", inhabitants: 120_000, isCovered: true),
            .init(land: "01", inhabitants: nil, isCovered: true),
            .init(land: nil, inhabitants: 100, isCovered: false),
        ])
        #expect(coverage.total.municipalities == 5 && coverage.total.covered == 3)
        #expect(coverage.total.inhabitants == 127_695 && coverage.total.coveredInhabitants == 122_595)
        #expect(coverage.total.withoutInhabitants == 1)
        #expect(coverage.lands.map(\.group) == ["01", "09", "unknown"])
        #expect(coverage.lands.map(\.covered) == [2, 1, 0])
        #expect(
            coverage.sizeClasses.map(\.group) == [
                "rural-municipality", "smaller-small-town", "smaller-city", "unknown",
            ])
        #expect(coverage.sizeClasses.map(\.municipalities).reduce(0, +) == 5)
        #expect(coverage.lands.map(\.coveredInhabitants).reduce(0, +) == coverage.total.coveredInhabitants)
        let huge = Coverage.Municipality(land: nil, inhabitants: .max, isCovered: false)
        #expect(try thrown { _ = try Coverage([huge, huge]) }.reason == .outOfRange)
        #expect(try Coverage([Coverage.Municipality]()).sizeClasses.isEmpty)
    }

    // MARK: - Stages

    private func stage(_ facts: [(MunicipalityStage.Fact, String, String?)], on text: String) throws
        -> MunicipalityStage
    {
        MunicipalityStage(
            try facts.map { fact, since, until in
                MunicipalityStage.Evidence(
                    fact: fact, resource: "r", since: try day(since), until: try until.map { try day($0) })
            }, on: try day(text))
    }

    @Test func withoutEvidenceThereIsNoStage() throws {
        #expect(try stage([], on: "2026-01-01").stage == nil)
        #expect(try stage([(.guideUsed, "2026-01-02", nil)], on: "2026-01-01").stage == nil)
    }

    @Test func eachFactLeadsToItsStage() throws {
        #expect(try stage([(.guideUsed, "2026-01-01", nil)], on: "2026-01-01").stage == .knowledge)
        #expect(try stage([(.adviceTaken, "2026-01-01", nil)], on: "2026-01-01").stage == .knowledge)
        #expect(try stage([(.solutionLive, "2026-01-01", nil)], on: "2026-01-01").stage == .implementation)
        #expect(try stage([(.memberOfConsortium, "2026-01-01", nil)], on: "2026-01-01").stage == .networking)
    }

    @Test func aYearWithoutABreakIsPermanent() throws {
        let live: [(MunicipalityStage.Fact, String, String?)] = [(.solutionLive, "2025-01-01", nil)]
        #expect(try stage(live, on: "2025-12-31").stage == .implementation)
        #expect(try stage(live, on: "2026-01-01").stage == .publicServices)
        // What has ended was knowledge and experience, and is no longer a service.
        let ended: [(MunicipalityStage.Fact, String, String?)] = [
            (.solutionLive, "2025-01-01", "2026-02-01"), (.memberOfConsortium, "2025-01-01", "2026-02-01"),
        ]
        #expect(try stage(ended, on: "2026-01-31").stage == .publicServices)
        #expect(try stage(ended, on: "2026-02-01").stage == .implementation)
    }

    @Test func evidenceIsListedOldestFirst() throws {
        let found = try stage(
            [(.guideUsed, "2026-01-03", nil), (.adviceTaken, "2026-01-01", nil)], on: "2026-02-01")
        #expect(found.evidence[.knowledge]?.map(\.fact) == [.adviceTaken, .guideUsed])
        #expect(found.evidence.keys.sorted() == [.knowledge])
    }
}
