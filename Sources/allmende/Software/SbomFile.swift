internal import API
internal import Foundation
internal import TLS

/// Reads a software bill of materials for what a release says of it.
///
/// CycloneDX counts `components`, those inside others included; SPDX counts `packages`. A component's licence is the
/// expression, identifier or name it gives, and its several licences joined by AND; NOASSERTION and NONE are none.
enum SbomFile {
    static func summary(of file: String) throws -> Sbom {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("Cannot read \(file), which --sbom names.")
        }
        guard var sbom = summary(of: data) else {
            throw CommandFailure("\(file) is neither CycloneDX nor SPDX in JSON.")
        }
        sbom.sha256 = Data(SHA256.hash(Array(data)))
        return sbom
    }

    /// Nil for anything but the two forms.
    static func summary(of data: Data) -> Sbom? {
        let decoder = JSONDecoder()
        var sbom = Sbom()
        let licenses: [String]
        if let document = try? decoder.decode(CycloneDX.self, from: data), document.bomFormat == "CycloneDX" {
            sbom.format = .cyclonedxJson
            licenses = (document.components ?? []).flatMap(\.licensesOfAll)
        } else if let document = try? decoder.decode(SPDX.self, from: data), document.spdxVersion.hasPrefix("SPDX-") {
            sbom.format = .spdxJson
            licenses = (document.packages ?? []).map(\.license)
        } else {
            return nil
        }
        sbom.componentCount = Int32(clamping: licenses.count)
        sbom.licenses = Dictionary(licenses.map { ($0, Int32(1)) }, uniquingKeysWith: &+)
            .map { license, count in
                var summary = LicenseCount()
                summary.license = license
                summary.components = count
                return summary
            }
            .sorted { ($1.components, $0.license) < ($0.components, $1.license) }
        return sbom
    }
}

private struct CycloneDX: Decodable {
    struct Component: Decodable {
        struct Choice: Decodable {
            struct License: Decodable {
                let id: String?
                let name: String?
            }

            let license: License?
            let expression: String?
        }

        let licenses: [Choice]?
        let components: [Component]?

        private var license: String {
            (licenses ?? []).compactMap { $0.expression ?? $0.license?.id ?? $0.license?.name }
                .joined(separator: " AND ")
        }

        /// One for the component, and one for each inside it.
        var licensesOfAll: [String] { [license] + (components ?? []).flatMap(\.licensesOfAll) }
    }

    let bomFormat: String
    let components: [Component]?
}

private struct SPDX: Decodable {
    struct Package: Decodable {
        let licenseConcluded: String?
        let licenseDeclared: String?

        /// What was found counts before what is declared.
        var license: String {
            [licenseConcluded, licenseDeclared].compactMap { $0 }
                .first { !["NOASSERTION", "NONE", ""].contains($0) } ?? ""
        }
    }

    let spdxVersion: String
    let packages: [Package]?
}
