import Foundation
import TLS
import TestCertificates

/// A server's TLS files in a folder of their own, to be replaced while it runs.
struct CertificateFiles {
    let directory: URL

    init(revocationList: String? = nil) throws {
        let all = TestCertificates.shared
        directory = all.directory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try put(all.server)
        try put(all.authority, as: "ca.pem")
        if let revocationList { try put(revocationList, as: "ca.crl") }
    }

    func path(_ name: String) -> String { directory.appending(path: name).path }

    var tls: TLSServerConfiguration {
        TLSServerConfiguration(
            certificateFile: path("server.pem"), privateKeyFile: path("server.key"),
            clientAuthorityFile: path("ca.pem"),
            revocationListFile: FileManager.default.fileExists(atPath: path("ca.crl")) ? path("ca.crl") : nil)
    }

    func put(_ pair: TestCertificates.Pair) throws {
        try put(pair.certificate, as: "server.pem")
        try put(pair.key, as: "server.key")
    }

    /// As whoever renews files does it: written beside, then renamed.
    func put(_ file: String, as name: String) throws {
        try Data(contentsOf: URL(fileURLWithPath: file)).write(
            to: directory.appending(path: name), options: .atomic)
    }

    func put(text: String, as name: String) throws {
        try text.write(to: directory.appending(path: name), atomically: true, encoding: .utf8)
    }
}
