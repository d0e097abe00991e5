import API
import GRPC
import SwiftProtobuf
import Testing

/// P2: a token goes on where its own caller's own question stood, and nowhere else.
@Suite(.timeLimit(.minutes(5)))
struct PageTokenTests {
    @Test func tokensAreBoundToCallerAndFilter() async throws {
        try await House.with(.founded) { house in
            func page(_ person: Person, _ token: String, size: Int32 = 2) async throws -> ListPartiesResponse {
                try await MunicipalityServiceClient(try house.client(person)).listParties(
                    .with {
                        $0.pageSize = size
                        $0.pageToken = token
                    })
            }
            let first = try await page(.itzgrund, "")
            #expect(!first.nextPageToken.isEmpty)
            // The size may change from page to page.
            #expect(try await !page(.itzgrund, first.nextPageToken, size: 1).parties.isEmpty)
            for (person, token) in [
                (Person.grossheirath, first.nextPageToken), (.itzgrund, first.nextPageToken + "x,"),
                (.itzgrund, String(first.nextPageToken.dropFirst())), (.itzgrund, "09473138"), (.itzgrund, "\0"),
            ] {
                let answer = await refusal { _ = try await page(person, token) }
                #expect(answer?.reason == "INVALID_PAGE_TOKEN", "\(person), \(token): \(String(describing: answer))")
            }
            let remarks = await refusal {
                _ = try await AuditServiceClient(try house.client(.itzgrund)).listAccesses(
                    .with { $0.pageToken = first.nextPageToken })
            }
            #expect(remarks?.code == .permissionDenied)
            let accesses = await refusal {
                _ = try await AuditServiceClient(try house.client(.operator)).listAccesses(
                    .with { $0.pageToken = first.nextPageToken })
            }
            #expect(accesses?.reason == "INVALID_PAGE_TOKEN", "\(String(describing: accesses))")
        }
    }
}
