import API
import Foundation
import GRPC
import SwiftProtobuf
import TLS
import TestCertificates
import TestSupport
import Testing

/// The publiccode.yml of an application: checked, kept, and given out with what the system knows.
@Suite(.timeLimit(.minutes(5)))
struct PubliccodeTests {
    /// The example of the documents, with something put before its second line.
    private static func document(_ addition: String = "") -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/examples/publiccode.yml")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.replacingOccurrences(of: "name: Meldewesen\n", with: addition + "name: Meldewesen\n")
    }

    private static let claims = """
        usedBy:
          - Itzgrund
          - Ebern
        fundedBy:
          - name: Ebern
          - name: Freistaat Bayern
            uri: "https://land.example"
        softwareVersion: "0.9"
        categories: [identity-management]

        """

    private func importing(_ text: String, validateOnly: Bool = false) -> ImportPubliccodeRequest {
        .with {
            $0.parent = Founding.application
            $0.document = Data(text.utf8)
            $0.validateOnly = validateOnly
            $0.requestID = .newRequest
        }
    }

    private func export(
        _ house: House, as person: Person = .itzgrund, _ fill: (inout ExportPubliccodeRequest) -> Void = { _ in }
    ) async throws -> ExportPubliccodeResponse {
        var request = ExportPubliccodeRequest()
        request.parent = Founding.application
        fill(&request)
        return try await ApplicationServiceClient(try house.client(person)).exportPubliccode(request)
    }

    private func adopt(
        _ person: Person, _ state: API.AdoptionState, from day: API.CivilDate, _ house: House
    ) async throws {
        _ = try await ApplicationServiceClient(try house.client(person)).recordAdoption(
            .with {
                $0.parent = Founding.application
                $0.adoption.party = person.party
                $0.adoption.state = state
                $0.adoption.version = state == .live ? "1.0.0" : ""
                $0.adoption.valid.start = day
                $0.requestID = .newRequest
            })
    }

    @Test func everyErrorIsNamedAndNothingIsKept() async throws {
        try await House.with(.founded) { house in
            let office = ApplicationServiceClient(try house.client(.office))
            let wrong = Self.document().replacingOccurrences(of: "license: EUPL-1.2", with: "license: EUPL 1.2")
                .replacingOccurrences(of: "localisationReady: true", with: "localisationReady: yes")
            let answer = try await ApplicationServiceClient(try house.client(.ebern)).validatePubliccode(
                .with { $0.document = Data(wrong.utf8) })
            #expect(!answer.isValid)
            #expect(
                answer.findings.map { "\($0.line):\($0.column) \($0.field) \($0.rule)" } == [
                    "18:12 legal.license license", "25:22 localisation.localisationReady yaml-1.1-boolean",
                ])
            #expect(answer.findings.allSatisfy { $0.severity == .error && !$0.message.isEmpty })
            let size = try await registerSize(house)
            for validateOnly in [true, false] {
                let refused = await refusal {
                    _ = try await office.importPubliccode(importing(wrong, validateOnly: validateOnly))
                }
                #expect(refused?.code == .invalidArgument && refused?.reason == "INVALID_FIELD")
                #expect(refused?.fields == ["document.legal.license", "document.localisation.localisationReady"])
                #expect(refused?.message.contains("line 18, column 12") == true)
            }
            let large = await refusal {
                _ = try await office.importPubliccode(
                    importing(Self.document() + String(repeating: "#", count: 200_000)))
            }
            #expect(large?.fields == ["document"])
            let binary = await refusal {
                _ = try await office.importPubliccode(
                    .with {
                        $0 = importing("")
                        $0.document = Data([0x61, 0x3A, 0xFF])
                    })
            }
            #expect(binary?.fields == ["document"] && binary?.message.contains("UTF-8") == true)
            #expect(try await registerSize(house) == size)
            let none = await refusal { _ = try await export(house) }
            #expect(none?.code == .notFound)
        }
    }

    @Test func whatTheSystemKnowsTakesThePlaceOfClaims() async throws {
        try await House.with(.founded) { house in
            let office = ApplicationServiceClient(try house.client(.office))
            try await adopt(.grossheirath, .live, from: .day(2012, 1, 1), house)
            try await adopt(.itzgrund, .agreed, from: .day(2012, 1, 1), house)
            let text = Self.document(Self.claims)
            let preview = try await office.importPubliccode(importing(text, validateOnly: true))
            #expect(preview.registerPosition == 0 && preview.publiccode.registerPosition == 0)
            #expect((await refusal { _ = try await export(house) })?.code == .notFound)

            let imported = try await office.importPubliccode(importing(text))
            #expect(imported.findings == preview.findings)
            #expect(
                imported.findings.map { "\($0.line):\($0.column) \($0.field)" } == [
                    "3:3 usedBy", "3:5 usedBy[0]", "4:5 usedBy[1]", "6:3 fundedBy", "6:5 fundedBy[0]",
                    "9:18 softwareVersion",
                ])
            #expect(imported.findings.allSatisfy { $0.severity == .warning })
            #expect(imported.publiccode.sha256 == Data(SHA256.hash(Array(text.utf8))))
            #expect(imported.publiccode.developmentStatus == .stable && imported.publiccode.license == "EUPL-1.2")
            #expect(
                imported.listing.displayName == "Meldewesen" && imported.listing.contact.email.hasPrefix("meldeamt@"))
            let entry = try await entry(at: imported.registerPosition, house)
            #expect(entry.publiccodeImported.sha256 == imported.publiccode.sha256)

            let exported = try await export(house)
            #expect(exported.document.contains("usedBy:\n  - Großheirath\nfundedBy:\n"))
            #expect(!exported.document.contains("Ebern") && exported.document.contains("- name: Freistaat Bayern"))
            for person in Person.members {
                #expect(
                    exported.document.contains(
                        "- name: \(person.displayName)\n    uri: \"urn:x-german-ags:\(person.code)\""))
            }
            #expect(exported.document.contains("softwareVersion: \"1.0.0\"\nreleaseDate: \"20"))
            #expect(exported.document.contains("categories:\n  - identity-management\n"))
            #expect(exported.findings == imported.findings)
            #expect(try await export(house) { $0.original = true }.document == text)

            let listed = try await office.listApplications(.with { $0.parent = Founding.consortium }).applications
            #expect(listed.map(\.publiccode) == [imported.publiccode])
        }
    }

    @Test func theExportIsImportedAgainAsTheSame() async throws {
        try await House.with(.founded) { house in
            let office = ApplicationServiceClient(try house.client(.office))
            try await adopt(.grossheirath, .live, from: .day(2012, 1, 1), house)
            try await adopt(.untermerzbach, .live, from: .day(2012, 1, 1), house)
            _ = try await office.importPubliccode(importing(Self.document(Self.claims)))
            let first = try await export(house)
            let checked = try await office.validatePubliccode(
                .with {
                    $0.document = Data(first.document.utf8)
                    $0.application = Founding.application
                })
            #expect(checked.isValid && checked.findings.isEmpty, "\(checked.findings)")
            #expect(try await office.importPubliccode(importing(first.document)).findings.isEmpty)
            let second = try await export(house)
            #expect(second.document == first.document && second.findings.isEmpty)
        }
    }

    /// Adoptions and releases that come later change the export and not what it said before.
    @Test func exportsAreReadAsOfADayAndASize() async throws {
        try await House.with(.founded) { house in
            let office = ApplicationServiceClient(try house.client(.office))
            try await adopt(.grossheirath, .live, from: .day(2012, 3, 1), house)
            _ = try await office.importPubliccode(importing(Self.document()))
            let before = try await export(house)
            try await adopt(.itzgrund, .live, from: .day(2013, 1, 1), house)
            _ = try await office.withdrawRelease(
                .with {
                    $0.name = Founding.application + "/releases/1.0.0"
                    $0.requestID = .newRequest
                })
            _ = try await office.importPubliccode(importing(Self.document("applicationSuite: Bürgeramt\n")))
            let after = try await export(house, as: .auditor)
            #expect(after.document.contains("  - Großheirath\n  - Itzgrund\n"))
            #expect(
                after.document.contains("applicationSuite: Bürgeramt\n") && !after.document.contains("softwareVersion"))
            let again = try await export(house) { $0.asOf = before.asOf }
            #expect(again == before && again.document.contains("softwareVersion: \"1.0.0\""))
            let early = try await export(house) { $0.asOf.day = .day(2012, 2, 29) }
            #expect(!early.document.contains("usedBy"))
        }
    }

    /// Whoever is exempt, or no member on the day, funds nothing; a sum borne in advance does.
    @Test func fundersAreThoseWhomAgreementsCharge() async throws {
        try await House.with(.founded) { house in
            var draft = CreateAgreementRevisionRequest.agreement()
            draft.agreementRevision.valid.start = .day(2013, 1, 1)
            draft.agreementRevision.pools[0].components = [
                .with {
                    $0.weight = .of(1, 1)
                    $0.ownership.application = Founding.application
                    $0.parties = [Person.itzgrund.party, Person.untermerzbach.party]
                }
            ]
            draft.agreementRevision.pools[0].steps = [
                .with { $0.exempt.party = Person.untermerzbach.party }
            ]
            _ = try await AgreementServiceClient(try house.client(.office)).createAgreementRevision(draft)
            try await Founding(house: house).decide("ownership") {
                $0.adoptAgreementRevision.agreementRevision = Founding.agreement + "/revisions/2"
            }
            _ = try await ApplicationServiceClient(try house.client(.office)).importPubliccode(
                importing(Self.document()))
            let now = try await export(house).document
            #expect(
                now.contains("- name: Itzgrund\n") && !now.contains("Untermerzbach") && !now.contains("Großheirath"))
            let before = try await export(house) { $0.asOf.day = .day(2012, 12, 31) }.document
            #expect(Person.members.allSatisfy { before.contains("- name: \($0.displayName)\n") })
            let earlier = try await export(house) { $0.asOf.day = .day(2011, 12, 31) }.document
            #expect(!earlier.contains("fundedBy"))
        }
    }

    @Test func theCommandLineChecksImportsAndExports() async throws {
        try await House.with(.founded) { house in
            let directory = try TemporaryFolder()
            let good = try directory.write("publiccode.yml", Self.document(Self.claims))
            let bad = try directory.write(
                "bad.yml", Self.document().replacingOccurrences(of: "license: EUPL-1.2", with: "license: x y"))
            let wrong = try await allmende(["validate", bad], connected: nil)
            #expect(wrong.status != 0)
            #expect(
                wrong.text == "\(bad):18:12: legal.license: must be an SPDX expression such as EUPL-1.2 or "
                    + "\"MIT OR Apache-2.0\", not \"x y\"\n")
            let json = try await allmende(["validate", bad, "--output", "json"], connected: nil)
            #expect(try ValidatePubliccodeResponse(jsonString: json.text).findings.map(\.line) == [18])
            #expect(try await allmende(["validate", good], connected: nil) == .init(status: 0, text: ""))
            #expect(try await allmende(["validate", directory.path + "/none"], connected: nil).status != 0)

            let options = ["--consortium", "itzgrund"]
            let refused = try await allmende(["import", "bauantrag", bad] + options, connected: house)
            #expect(refused.status != 0 && refused.text.contains("bad.yml:18:12: legal.license: "))
            let kept = try await allmende(["import", "bauantrag", good] + options, connected: house)
            #expect(kept.status == 0 && kept.text.contains("publiccode.yml:4:5: warning: usedBy[1]: names Ebern"))
            #expect(kept.text.contains(", kept with entry "))
            let exported = try await allmende(["export", "bauantrag"] + options + ["--original"], connected: house)
            #expect(exported == .init(status: 0, text: Self.document(Self.claims)))

            let draft = ["melde", "--publiccode", good, "--topic", "meldewesen", "--price", "free", "--output", "json"]
            let drafted = try await allmende(["draft"] + draft, of: ["market"], connected: house)
            let listing = try CreateListingResponse(jsonString: drafted.text).listing
            #expect(listing.displayName == "Meldewesen" && listing.license == "EUPL-1.2" && listing.maturity == .stable)
            #expect(listing.summary == "Führt das Melderegister kleiner Gemeinden." && listing.languages == ["de"])
            #expect(listing.contact.email == "meldeamt@itzgrund.example")
            let nameless = try await allmende(
                ["draft", "x", "--topic", "t", "--price", "free"], of: ["market"], connected: house)
            #expect(nameless.status != 0 && nameless.text.contains("--publiccode"))
        }
    }

    // MARK: - Helpers

    private func registerSize(_ house: House) async throws -> Int64 {
        try await ApplicationServiceClient(try house.client(.office)).listAdoptions(
            .with { $0.parent = Founding.application }
        ).asOf.registerSize
    }

    private func entry(at position: Int64, _ house: House) async throws -> RegisterEntry {
        let answer = try await RegisterServiceClient(try house.client(.office)).listEntries(
            .with { $0.register = Founding.consortium })
        return try #require(answer.entries.first { $0.position == position })
    }

    private struct Answer: Equatable {
        let status: Int32
        let text: String
    }

    /// `allmende app publiccode …` or another group of commands, as the coordination office.
    private func allmende(
        _ arguments: [String], of group: [String] = ["app", "publiccode"], connected house: House?
    ) async throws -> Answer {
        var command = ["allmende"] + group + arguments
        if let house {
            let certificate = try Person.office.certificate
            command += [
                "--server", "localhost:\(house.server.port)", "--ca", TestCertificates.shared.authority,
                "--certificate", certificate.certificate, "--key", certificate.key,
            ]
        }
        let process = try ChildProcess(command)
        return Answer(status: await process.status, text: process.text)
    }
}

/// A folder of its own that goes with the test.
private final class TemporaryFolder {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "publiccode-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        return file
    }
}
