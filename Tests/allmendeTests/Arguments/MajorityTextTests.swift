import API
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct MajorityTextTests {
    @Test func rulesAreReadAsTheyAreSaid() throws {
        #expect(try MajorityText.rule("2/3").qualifiedStatutory.share.numerator == 2)
        #expect(try MajorityText.rule(">1/2").qualifiedStatutory.moreThan)
        #expect(try MajorityText.rule("simple with abstentions").simplePresent.abstentionsCount)
        let double = try MajorityText.rule("double 11/16 2/3 and consent 09473132")
        #expect(double.allOf.rules[0].doubleMajority.heads.denominator == 16)
        #expect(double.allOf.rules[1].consentOf.party == "parties/09473132")
        let either = try MajorityText.rule("unanimous or 2/3 and quorum 1/2")
        #expect(either.anyOf.rules.count == 2 && either.anyOf.rules[1].allOf.rules.count == 2)
        let kind = try MajorityText.majority("admit-member=unanimous")
        #expect(kind.kind == .admitMember && kind.rule.rule == .unanimous(UnanimousRule()))
    }

    @Test(arguments: ["", "and 2/3", "most", "double 1/2", "consent", "2/3 quorum 1/2"])
    func othersAreRefused(_ text: String) {
        #expect(throws: (any Error).self) { try MajorityText.rule(text) }
    }
}
