import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct FailureTests {
    @Test func reasonsAreScreamingSnakeCaseAndUnique() {
        for reason in Reason.allCases {
            #expect(reason.code.utf8.allSatisfy { Letters.isUpper($0) || $0 == UInt8(ascii: "_") })
            #expect(Reason(code: reason.code) == reason)
        }
        #expect(Set(Reason.allCases.map(\.code)).count == Reason.allCases.count)
        #expect(Reason(code: "SOMETHING_ELSE") == nil)
    }

    @Test func saysWhatItIsAbout() {
        let failure = Failure.unknown("Consortium", "consortia/itzgrund").with("position", "12")
        #expect(failure.reason == .unknownResource)
        #expect(failure.resource == ResourceReference(type: "Consortium", name: "consortia/itzgrund"))
        #expect(failure.detail("position") == "12")
        #expect(failure.detail("other") == nil)
        #expect(Failure.exists("Party", "parties/x").reason == .alreadyExists)
        #expect(Failure.missing("name").about("Party", "parties/x").resource?.type == "Party")
        #expect("\(Failure.missing("name"))" == "MISSING_FIELD: name must be set")
    }

    @Test func collectsAllViolations() throws {
        var checks = FieldChecks()
        #expect(checks.value(AGS.self, "123", field: "party.ags") == nil)
        #expect(checks.value(AGS.self, "09473132", field: "party.ags")?.land == "09")
        #expect(checks.optional(ARS.self, "", field: "party.ars") == nil)
        checks.missing("party.name")
        checks.require(false, "shares", "must not be empty")
        checks.require(true, "other", "is fine")
        #expect(!checks.isClean)
        let failure = try thrown { try checks.finish() }
        #expect(failure.reason == .invalidField)
        #expect(failure.violations.map(\.field) == ["party.ags", "party.name", "shares"])
    }

    @Test func keepsTheReasonOfASingleFailureAndOfLikeOnes() throws {
        var single = FieldChecks()
        single.note(.invalid("metric", "is unknown", reason: .unknownMetric))
        #expect(try thrown { try single.finish() }.reason == .unknownMetric)
        var like = FieldChecks()
        like.missing("a")
        like.missing("b")
        #expect(try thrown { try like.finish() }.reason == .missingField)
        try FieldChecks().finish()
    }

    @Test func limitsTexts() throws {
        var checks = FieldChecks()
        #expect(checks.text("Itzgrund", field: "name", length: 1...8) == "Itzgrund")
        checks.text("", field: "note", length: 0...5)
        #expect(checks.isClean)
        checks.text("", field: "a", length: 1...8)
        checks.text("Itzgrund.", field: "b", length: 1...8)
        checks.text("a\u{7}", field: "c", length: 1...8)
        #expect(try thrown { try checks.finish() }.violations.map(\.field) == ["a", "b", "c"])
    }
}
