import API
import Foundation
import TLS
import TestCertificates

/// Who calls: each with a certificate of its own.
enum Person: String, CaseIterable, Sendable {
    case `operator`
    case office
    case grossheirath
    case itzgrund
    case untermerzbach
    case auditor
    /// Runs the other consortium.
    case otherOffice
    /// A member of the other consortium.
    case ebern
    /// Has a certificate of the same authority that nobody has registered.
    case nobody

    static let members: [Person] = [.grossheirath, .itzgrund, .untermerzbach]

    var code: String {
        switch self {
        case .grossheirath: "09473132"
        case .itzgrund: "09473138"
        case .untermerzbach: "09674210"
        case .ebern: "09674130"
        default: rawValue.lowercased()
        }
    }

    var party: String { "parties/" + code }

    var displayName: String {
        switch self {
        case .grossheirath: "Großheirath"
        case .itzgrund: "Itzgrund"
        case .untermerzbach: "Untermerzbach"
        case .ebern: "Ebern"
        default: rawValue
        }
    }

    var role: API.Role {
        switch self {
        case .operator, .nobody: .operator
        case .office, .otherOffice: .coordinationOffice
        case .auditor: .auditor
        case .grossheirath, .itzgrund, .untermerzbach, .ebern: .municipality
        }
    }

    /// Inhabitants on 31 December 2011 (Bayerisches Landesamt für Statistik).
    var inhabitants: Int64? {
        switch self {
        case .grossheirath: 2595
        case .itzgrund: 2344
        case .untermerzbach: 1706
        default: nil
        }
    }

    var certificate: TestCertificates.Pair { get throws { try Self.certificates.get()[self]! } }

    /// SHA-256 of the certificate's DER form.
    var digest: [UInt8] {
        get throws {
            let pem = try String(contentsOfFile: certificate.certificate, encoding: .utf8)
            let body = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
            return SHA256.hash(Array(Data(base64Encoded: body) ?? Data()))
        }
    }

    private static let certificates = Result {
        try Dictionary(
            uniqueKeysWithValues: allCases.map { ($0, try TestCertificates.shared.issueClient($0.rawValue)) })
    }
}
