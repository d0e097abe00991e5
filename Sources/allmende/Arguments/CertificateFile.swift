internal import Foundation
internal import TLS

/// Certificates in PEM files (RFC 7468).
enum CertificateFile {
    private static let begin = "-----BEGIN CERTIFICATE-----"
    private static let end = "-----END CERTIFICATE-----"

    /// SHA-256 of the DER form of the first certificate in a file, in hexadecimal digits.
    ///
    /// - Throws: `CommandFailure` when the file cannot be read or holds no certificate.
    static func digest(_ file: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("Cannot read \(file).")
        }
        guard let der = der(String(decoding: data, as: UTF8.self)) else {
            throw CommandFailure("\(file) holds no certificate in PEM form (\(begin)).")
        }
        return Hexadecimal.text(SHA256.hash(der))
    }

    /// The DER form of the first certificate in a text; nil where there is none.
    static func der(_ text: String) -> [UInt8]? {
        guard let start = text.range(of: begin),
            let stop = text.range(of: end, range: start.upperBound..<text.endIndex),
            let data = Data(
                base64Encoded: String(text[start.upperBound..<stop.lowerBound]), options: .ignoreUnknownCharacters),
            // A certificate is a SEQUENCE (X.690).
            data.first == 0x30
        else { return nil }
        return Array(data)
    }
}
