import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct CodesTests {
    private func refuses<T: TextValue>(_ type: T.Type, _ texts: [String]) throws {
        for text in texts {
            let failure = try thrown { _ = try T(text, field: "code") }
            #expect(failure.violations.map(\.field) == ["code"], "\(text)")
            #expect(failure.reason == (text.isEmpty ? .missingField : .invalidField), "\(text)")
        }
    }

    @Test func municipalityCodesKeepLeadingZeros() throws {
        #expect(try AGS("01057022").description == "01057022")
        #expect(try AGS("01057022").land == "01")
        let grebin = try ARS("010575739022")
        #expect(grebin.ags == "01057022")
        #expect(PartyCode(grebin).text == "010575739022")
        try refuses(AGS.self, ["", "1057022", "010570220", "0105702a", "０1057022"])
        try refuses(ARS.self, ["", "01057022", "0105757390220", "01057573902x"])
    }

    @Test func partyCodesHaveOneTo32Characters() throws {
        #expect(try party("A").text == "A")
        #expect(try party(String(repeating: "z", count: 32)).text.count == 32)
        try refuses(PartyCode.self, ["", String(repeating: "z", count: 33), "a b", "a_b", "ä", "a\u{0}"])
        #expect(try party("09") < party("1"))
        #expect(try party("Z") < party("a"))
    }

    @Test func resourceIDsAreLabels() throws {
        for good in ["a", "a1", "a-b", "a" + String(repeating: "-", count: 61) + "b"] {
            #expect(try ResourceID(good).text == good)
        }
        try refuses(ResourceID.self, ["", "1a", "-a", "a-", "A", "a_b", "ä", String(repeating: "a", count: 64)])
    }

    @Test func leitwegIDsAreChecked() throws {
        let valid = try LeitwegID("04011000-1234512345-06")
        #expect(valid.hasValidCheckDigits)
        #expect(valid.description == "04011000-1234512345-06")
        #expect(valid.expectedCheckDigits == "06")
        let wrong = try LeitwegID("04011000-1234512345-07")
        #expect(!wrong.hasValidCheckDigits)
        #expect(wrong.expectedCheckDigits == "06")
        let short = try LeitwegID("99-" + LeitwegID("99-00").expectedCheckDigits)
        #expect(short.hasValidCheckDigits && short.fine.isEmpty)
        #expect(try LeitwegID("991-ab-" + LeitwegID("991-AB-00").expectedCheckDigits).hasValidCheckDigits)
        try refuses(
            LeitwegID.self,
            [
                "", "04011000", "04011000-", "04011000-1234512345-", "1-06", "1234567890123-06", "04011000--06",
                "0401-ä-06",
                "04011000-" + String(repeating: "a", count: 31) + "-06", "04011000-1-2-06", "04011000-1-6",
                "0401100a-06",
            ])
    }

    @Test func digestsAreThirtyTwoBytes() throws {
        let bytes = (0..<32).map { UInt8($0 * 7 % 256) }
        let digest = try #require(Digest32(bytes))
        #expect(digest.bytes == bytes)
        #expect(bytes.withUnsafeBytes { Digest32($0) } == digest)
        #expect(try Digest32(digest.hex, field: "digest") == digest)
        #expect(try Digest32(digest.hex.uppercased(), field: "digest") == digest)
        #expect(Digest32(bytes.dropLast()) == nil)
        #expect(Digest32(bytes + [0]) == nil)
        #expect(try #require(Digest32([UInt8](repeating: 0, count: 32))) < digest)
        try refuses(
            Digest32.self,
            ["", String(digest.hex.dropLast()), String(digest.hex.dropLast(2)), digest.hex + "00", "xyz"])
    }
}
