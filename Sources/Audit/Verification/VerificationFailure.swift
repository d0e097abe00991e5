/// One thing that is broken in a bundle.
public struct VerificationFailure: Error, Sendable, Hashable {
    /// Where: a member, and the row or entry in it, for example `usage/000000000017.csv row 312`. Rows count from 1,
    /// the header's line not among them; entries count from 0, as positions in the register do.
    public let place: String
    /// What is wrong there.
    public let reason: String
    /// The text found there, shortened; nil where showing it helps nobody.
    public let excerpt: String?

    private static let maximumExcerpt = 400

    init(place: String, reason: String, excerpt: UnsafeRawBufferPointer? = nil) {
        self.place = Self.printable(place)
        self.reason = Self.printable(reason)
        self.excerpt = excerpt.map { bytes in
            let text = Self.printable(String(decoding: bytes.prefix(Self.maximumExcerpt), as: UTF8.self))
            return bytes.count > Self.maximumExcerpt ? text + "…" : text
        }
    }

    /// Bundles come from anywhere: nothing in them shall steer the terminal that shows this.
    static func printable(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
        }
        return String(scalars)
    }
}

extension VerificationFailure: CustomStringConvertible {
    public var description: String {
        "\(place): \(reason)" + (excerpt.map { ": \($0)" } ?? "")
    }
}
