public import Foundation
internal import TestSupport

/// Certificates for tests, made once per process with the openssl command and thrown away with it.
public struct TestCertificates: Sendable {
    /// A certificate file and its key.
    public struct Pair: Sendable {
        public let certificate: String
        public let key: String
    }

    public let directory: URL
    /// The authority that has issued `server`, `client` and `expired`.
    public let authority: String
    /// An authority that has issued `stranger`, and that nobody else trusts.
    public let otherAuthority: String
    /// For localhost and 127.0.0.1.
    public let server: Pair
    public let client: Pair
    /// For localhost and 127.0.0.1, its validity over.
    public let expired: Pair
    /// For localhost and 127.0.0.1, from the other authority.
    public let stranger: Pair

    /// The set of this process.
    public static let shared: TestCertificates = {
        do {
            return try TestCertificates()
        } catch {
            fatalError("test certificates cannot be made: \(error)")
        }
    }()

    public init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "allmende-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let maker = Maker(directory: directory)
        let ca = try maker.authority("ca")
        let other = try maker.authority("other-ca")
        authority = ca.certificate
        otherAuthority = other.certificate
        server = try maker.issue("server", subject: "/CN=localhost", by: ca)
        client = try maker.issue("client", subject: "/O=Gemeinde Großheirath/CN=client", by: ca)
        expired = try maker.issue("expired", subject: "/CN=localhost", by: ca, days: 0)
        stranger = try maker.issue("stranger", subject: "/CN=stranger", by: other)
        let path = directory.path
        atexitRemovals.add(path)
    }

    /// Another client certificate from `authority`; `name` is used once.
    public func issueClient(_ name: String) throws -> Pair {
        let ca = Pair(certificate: authority, key: directory.appending(path: "ca.key").path)
        return try Maker(directory: directory).issue(name, subject: "/O=\(name)/CN=\(name)", by: ca)
    }

    /// An authority below `authority`; `name` is used once.
    public func issueAuthority(_ name: String) throws -> Pair {
        let ca = Pair(certificate: authority, key: directory.appending(path: "ca.key").path)
        return try Maker(directory: directory).issue(
            name, subject: "/CN=\(name)", by: ca,
            extensions: "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign")
    }

    /// A client certificate from an authority of `issueAuthority`; `name` is used once.
    public func issueClient(_ name: String, by authority: Pair) throws -> Pair {
        try Maker(directory: directory).issue(name, subject: "/O=\(name)/CN=\(name)", by: authority)
    }

    /// A list of revoked certificates, signed by an authority of `issueAuthority`; `name` is used once.
    public func revocationList(_ name: String, by authority: Pair, of revoked: [Pair]) throws -> String {
        try Maker(directory: directory).revocationList(name, by: authority, of: revoked, due: .seconds(86_400))
    }

    /// A certificate from `authority` for the server's name; `name` is used once.
    public func issueServer(_ name: String) throws -> Pair {
        let ca = Pair(certificate: authority, key: directory.appending(path: "ca.key").path)
        return try Maker(directory: directory).issue(name, subject: "/CN=\(name)", by: ca)
    }

    /// A client certificate from `authority` for an RSA key of that many bits; `name` is used once.
    public func issueClient(_ name: String, rsaBits: Int) throws -> Pair {
        let ca = Pair(certificate: authority, key: directory.appending(path: "ca.key").path)
        return try Maker(directory: directory).issue(
            name, subject: "/CN=\(name)", by: ca, key: ["-newkey", "rsa:\(rsaBits)"])
    }

    /// A list of revoked certificates, signed by `authority`; `name` is used once.
    /// - Parameter due: when the next list is to be expected, counted from now.
    public func revocationList(_ name: String, of revoked: [Pair], due: Duration = .seconds(86_400)) throws -> String {
        let ca = Pair(certificate: authority, key: directory.appending(path: "ca.key").path)
        return try Maker(directory: directory).revocationList(name, by: ca, of: revoked, due: due)
    }

    /// The same, signed by `otherAuthority`.
    public func revocationListOfOtherAuthority(_ name: String) throws -> String {
        let ca = Pair(certificate: otherAuthority, key: directory.appending(path: "other-ca.key").path)
        return try Maker(directory: directory).revocationList(name, by: ca, of: [], due: .seconds(86_400))
    }

    /// Runs the openssl command.
    struct Maker {
        let directory: URL

        func authority(_ name: String) throws -> Pair {
            let pair = files(name)
            try run([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=\(name)", "-keyout", pair.key, "-out", pair.certificate,
            ])
            return pair
        }

        static let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]

        func issue(
            _ name: String, subject: String, by authority: Pair, days: Int = 2, key: [String] = Maker.curve,
            extensions: String = "subjectAltName=DNS:localhost,IP:127.0.0.1"
        ) throws -> Pair {
            let pair = files(name)
            let request = directory.appending(path: "\(name).csr").path
            let extensionFile = directory.appending(path: "\(name).ext").path
            try extensions.write(toFile: extensionFile, atomically: true, encoding: .utf8)
            try run(
                ["req"] + key + ["-nodes", "-utf8", "-subj", subject, "-keyout", pair.key, "-out", request])
            // A random number, because tests that run side by side would meet in a file of the last one.
            let serial = String(UInt64.random(in: 1 ..< .max), radix: 16)
            try run([
                "x509", "-req", "-in", request, "-CA", authority.certificate, "-CAkey", authority.key,
                "-set_serial", "0x\(serial)", "-days", String(days), "-extfile", extensionFile,
                "-out", pair.certificate,
            ])
            return pair
        }

        func revocationList(
            _ name: String, by authority: Pair, of revoked: [Pair], due: Duration
        ) throws -> String {
            let database = directory.appending(path: "\(name).index").path
            let configuration = directory.appending(path: "\(name).cnf").path
            let list = directory.appending(path: "\(name).crl").path
            let now = Maker.time(after: .zero)
            let lines = try revoked.map { pair in
                let serial = try run(["x509", "-in", pair.certificate, "-noout", "-serial"]).split(separator: "=")[1]
                return "R\t\(now)\t\(now)\t\(serial.filter(\.isHexDigit))\tunknown\t/CN=\(name)\n"
            }
            try lines.joined().write(toFile: database, atomically: true, encoding: .utf8)
            try "[ca]\ndefault_ca=here\n[here]\ndatabase=\(database)\ndefault_md=sha256\n".write(
                toFile: configuration, atomically: true, encoding: .utf8)
            try run([
                "ca", "-gencrl", "-config", configuration, "-cert", authority.certificate, "-keyfile", authority.key,
                "-crl_lastupdate", Maker.time(after: .seconds(-86_400)), "-crl_nextupdate", Maker.time(after: due),
                "-out", list,
            ])
            return list
        }

        /// In the form of ASN.1's UTCTime.
        private static func time(after delay: Duration) -> String {
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.timeZone = TimeZone(secondsFromGMT: 0)
            formatter.dateFormat = "yyMMddHHmmss'Z'"
            return formatter.string(from: Date(timeIntervalSinceNow: delay / .seconds(1)))
        }

        private func files(_ name: String) -> Pair {
            Pair(
                certificate: directory.appending(path: "\(name).pem").path,
                key: directory.appending(path: "\(name).key").path)
        }

        /// - Returns: what the command printed.
        @discardableResult
        private func run(_ arguments: [String]) throws -> String {
            try Command.run(["openssl"] + arguments)
        }
    }
}
