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

    /// Page by page the same as at once, each result once.
    @Test func credentialsAndMandatesComeInPages() async throws {
        try await House.with(.founded) { house in
            let access = AccessServiceClient(try house.client(.operator))
            for (number, holder) in [Person.ebern, .grossheirath, .untermerzbach].enumerated() {
                for party in [Person.itzgrund, .operator] where party.party != holder.party {
                    _ = try await access.createMandate(
                        .with {
                            $0.parent = party.party
                            $0.mandateID = "m\(number)"
                            $0.mandate.holder = holder.party
                            $0.mandate.purposes = [.reportUsage]
                            $0.mandate.valid.start = .day(2012, 1, 1)
                            $0.requestID = .newRequest
                        })
                }
            }
            for parent in ["", Person.itzgrund.party] {
                let credentials = try await pages { token, size in
                    let page = try await access.listCredentials(
                        .with { ($0.parent, $0.pageToken, $0.pageSize) = (parent, token, size) })
                    return (page.credentials.map(\.name), page.nextPageToken)
                }
                #expect(credentials.count == (parent.isEmpty ? try house.database.number(Self.credentials) : 1))
                let mandates = try await pages { token, size in
                    let page = try await access.listMandates(
                        .with { ($0.parent, $0.pageToken, $0.pageSize) = (parent, token, size) })
                    return (page.mandates.map(\.name), page.nextPageToken)
                }
                #expect(mandates.count == (parent.isEmpty ? 6 : 3))
            }
            let tooMany = await refusal { _ = try await access.listMandates(.with { $0.pageSize = 1001 }) }
            #expect(tooMany?.code == .invalidArgument)
            let foreign = await refusal { _ = try await access.listMandates(.with { $0.pageToken = "x" }) }
            #expect(foreign?.reason == "INVALID_PAGE_TOKEN")
        }
    }

    private static let credentials = "SELECT count(*) FROM credential"

    /// Reads a list in pages of 1, 2, … and at once; expects the same of all.
    private func pages(
        _ read: (_ token: String, _ size: Int32) async throws -> (names: [String], next: String)
    ) async throws -> [String] {
        let whole = try await read("", 1000)
        #expect(whole.next.isEmpty && whole.names == Set(whole.names).sorted())
        for size in 1...Int32(max(1, whole.names.count)) {
            var (token, names): (String, [String]) = ("", [])
            repeat {
                let page = try await read(token, size)
                #expect(page.names.count <= size)
                names += page.names
                token = page.next
            } while !token.isEmpty
            #expect(names == whole.names, "in pages of \(size)")
        }
        return whole.names
    }
}
