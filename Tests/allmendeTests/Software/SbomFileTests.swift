import API
import Foundation
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct SbomFileTests {
    @Test func componentsOfCycloneDXAreCountedWithThoseInside() throws {
        let text = """
            {"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
                {"name": "a", "licenses": [{"license": {"id": "MIT"}}], "components": [
                    {"name": "b", "licenses": [{"expression": "MIT"}]}, {"name": "c"}]},
                {"name": "d", "licenses": [{"license": {"name": "House"}}, {"license": {"id": "MIT"}}]}]}
            """
        let sbom = try #require(SbomFile.summary(of: Data(text.utf8)))
        #expect(sbom.format == .cyclonedxJson && sbom.componentCount == 4)
        #expect(sbom.licenses.map(\.license) == ["MIT", "", "House AND MIT"])
        #expect(sbom.licenses.map(\.components) == [2, 1, 1])
    }

    @Test func packagesOfSPDXHaveConcludedBeforeDeclaredLicences() throws {
        let text = """
            {"spdxVersion": "SPDX-2.3", "packages": [
                {"name": "a", "licenseConcluded": "NOASSERTION", "licenseDeclared": "EUPL-1.2"},
                {"name": "b", "licenseConcluded": "MIT", "licenseDeclared": "EUPL-1.2"}, {"name": "c"}]}
            """
        let sbom = try #require(SbomFile.summary(of: Data(text.utf8)))
        #expect(sbom.format == .spdxJson && sbom.componentCount == 3)
        #expect(sbom.licenses.map(\.license) == ["", "EUPL-1.2", "MIT"])
    }

    @Test(arguments: ["", "{}", "[1]", #"{"bomFormat": "Other"}"#])
    func anythingElseIsNone(_ text: String) {
        #expect(SbomFile.summary(of: Data(text.utf8)) == nil)
    }
}
