import API
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct ConnectionTests {
    @Test func serverAddresses() {
        #expect(ServerAddress("localhost:8443")?.host == "localhost")
        #expect(ServerAddress("[::1]:8443")?.host == "::1")
        #expect(ServerAddress("[::1]:8443")?.description == "[::1]:8443")
        for text in ["", "localhost", ":1", "localhost:0", "localhost:65536", "::1:8443", "[]:1", "a:b"] {
            #expect(ServerAddress(text) == nil, "\(text)")
        }
    }

    @Test func equalRequestsHaveEqualIdsAndOthersHaveOthers() throws {
        var options = ChangeOptions()
        options.once = true
        var request = CastVoteRequest()
        request.name = "consortia/a/decisions/b"
        request.ballot = .yes
        let first = try options.stamp(request).requestID
        request.requestID = "of an earlier try"
        #expect(try options.stamp(request).requestID == first)
        request.ballot = .no
        #expect(try options.stamp(request).requestID != first)
        #expect(first.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        options.once = false
        #expect(try options.stamp(request).requestID != options.stamp(request).requestID)
    }

    /// The same fields in another message are another request.
    @Test func theKindOfTheRequestIsPartOfItsId() throws {
        var party = GetPartyRequest()
        party.name = "x"
        var consortium = GetConsortiumRequest()
        consortium.name = "x"
        #expect(try RequestID.derived(from: party) != RequestID.derived(from: consortium))
    }
}
