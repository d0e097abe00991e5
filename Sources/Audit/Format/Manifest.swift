internal import Foundation
public import Register

/// What a bundle holds: every member before it with its digest, and the sums over what they say.
///
/// It is written in one way only: members of objects in ascending order, one file or sum per line, so that the same
/// bundle has the same manifest to the byte.
public struct Manifest: Sendable, Hashable {
    /// What the manifest is of.
    public enum Kind: Sendable, Hashable {
        /// A whole register.
        case bundle
        /// Some rows of usage.
        case excerpt

        var format: String { self == .bundle ? BundleFormat.identifier : ExcerptFormat.identifier }
        var completeness: String { self == .bundle ? BundleFormat.completeness : ExcerptFormat.completeness }
    }

    /// A member of the bundle.
    public struct File: Sendable, Hashable, Codable {
        /// Name in the archive.
        public let name: String
        /// Size of the content.
        public let bytes: Int
        /// Entries, or records without the header; nil where the member has none.
        public let rows: Int?
        /// SHA-256 of the content, 64 lower-case hexadecimal digits.
        public let sha256: String
    }

    /// What was recorded of one metric.
    public struct UsageSum: Sendable, Hashable, Codable {
        /// Last part of the application's resource name.
        public let application: String
        /// Last part of the metric's resource name.
        public let metric: String
        /// Sum of the quantities, as decimal text.
        public let quantity: String
        /// Number of records.
        public let rows: Int
    }

    /// What was settled in one currency.
    public struct SettlementSum: Sendable, Hashable, Codable {
        /// Number of settlements.
        public let count: Int
        /// ISO 4217 code.
        public let currency: String
        /// Sum of the totals, as decimal text.
        public let total: String
    }

    /// What it is of.
    public let kind: Kind
    /// Name of the register.
    public let register: String
    /// Number of its entries.
    public let size: Int
    /// Root over them.
    public let root: Hash
    /// The members before the manifest, in their order.
    public let files: [File]
    /// Usage by application and metric, in ascending order.
    public let usage: [UsageSum]
    /// Settlements by currency, in ascending order.
    public let settlements: [SettlementSum]

    init(
        kind: Kind, register: String, size: Int, root: Hash, files: [File], usage: [UsageSum],
        settlements: [SettlementSum]
    ) {
        self.kind = kind
        self.register = register
        self.size = size
        self.root = root
        self.files = files
        self.usage = usage
        self.settlements = settlements
    }

    /// Reads the manifest of a bundle in its one form. Throws `ManifestError`.
    public init(_ bytes: [UInt8]) throws(ManifestError) {
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)) else { throw .malformed }
        guard content.format == BundleFormat.identifier else { throw .unknownFormat(content.format) }
        guard content.completeness == BundleFormat.completeness, let root = Hash(hex: content.root) else {
            throw .malformed
        }
        self.init(
            kind: .bundle, register: content.register, size: content.size, root: root, files: content.files,
            usage: content.sums.usage, settlements: content.sums.settlements)
        let written = self.bytes
        guard written != bytes else { return }
        let newline = UInt8(ascii: "\n")
        let equal = zip(written, bytes).prefix { $0 == $1 }
        throw .notCanonical(line: equal.count { $0.0 == newline } + 1)
    }

    /// The manifest as it stands in the bundle.
    public var bytes: [UInt8] {
        lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    }
}

/// Why bytes are no manifest.
public enum ManifestError: Error, Sendable, Equatable {
    /// Not JSON, or not with the members that a manifest has.
    case malformed
    /// A bundle of another version.
    case unknownFormat(String)
    /// A manifest, but not in its one form; lines count from 1.
    case notCanonical(line: Int)
}

extension ManifestError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed: "not the JSON of a manifest"
        case .unknownFormat(let found): "the format is \"\(found)\", not \"\(BundleFormat.identifier)\""
        case .notCanonical(let line): "line \(line) is not in canonical form"
        }
    }
}

extension Manifest {
    private struct Content: Decodable {
        struct Sums: Decodable {
            let settlements: [SettlementSum]
            let usage: [UsageSum]
        }

        let completeness: String
        let files: [File]
        let format: String
        let register: String
        let root: String
        let size: Int
        let sums: Sums
    }
}
