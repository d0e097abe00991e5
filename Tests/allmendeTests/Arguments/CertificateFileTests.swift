import Foundation
import Testing

@testable import allmende

@Suite(.timeLimit(.minutes(5)))
struct CertificateFileTests {
    @Test func theFirstCertificateIsTakenWithoutItsArmour() {
        let der: [UInt8] = [0x30, 0x03, 0x02, 0x01, 0x07]
        let text = """
            subject=CN = x
            -----BEGIN CERTIFICATE-----
            \(Data(der).base64EncodedString().prefix(4))
            \(Data(der).base64EncodedString().dropFirst(4))
            -----END CERTIFICATE-----
            -----BEGIN CERTIFICATE-----
            AAAA
            -----END CERTIFICATE-----
            """
        #expect(CertificateFile.der(text) == der)
    }

    @Test(arguments: [
        "", "-----BEGIN CERTIFICATE-----\nMAMCAQc=", "-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ])
    func whatIsNoCertificateIsRefused(_ text: String) {
        #expect(CertificateFile.der(text) == nil)
    }
}
