/// One machine-readable part of a failed call, as the error model of `google.rpc` defines them.
public enum StatusDetail: Sendable, Equatable {
    /// The cause: a constant reason, who defines it, and the figures of this occurrence. Every error carries one.
    case errorInfo(reason: String, domain: String, metadata: [String: String])
    /// What is wrong with the request itself, field by field.
    case badRequest([FieldViolation])
    /// What would have to change in the system's state first.
    case preconditionFailure([PreconditionViolation])
    /// The resource the error is about: type such as `allmende.v1.Agreement`, resource name, what was tried.
    case resourceInfo(type: String, name: String, description: String)
    /// Which limits were exceeded.
    case quotaFailure([QuotaViolation])
    /// How long to wait before the next attempt.
    case retryInfo(Duration)

    /// A field that was refused.
    public struct FieldViolation: Sendable, Equatable {
        /// Path in the request, such as `shares[2].numerator`.
        public var field: String
        /// Why, for developers.
        public var description: String

        /// Puts the parts together.
        public init(field: String, description: String) {
            self.field = field
            self.description = description
        }
    }

    /// A condition that does not hold.
    public struct PreconditionViolation: Sendable, Equatable {
        /// Kind of condition, a constant.
        public var type: String
        /// What it is about, such as a resource name.
        public var subject: String
        /// How it fails, for developers.
        public var description: String

        /// Puts the parts together.
        public init(type: String, subject: String, description: String) {
            self.type = type
            self.subject = subject
            self.description = description
        }
    }

    /// A limit that was exceeded.
    public struct QuotaViolation: Sendable, Equatable {
        /// Who is limited.
        public var subject: String
        /// The limit and by how much it was exceeded.
        public var description: String

        /// Puts the parts together.
        public init(subject: String, description: String) {
            self.subject = subject
            self.description = description
        }
    }
}

extension StatusDetail {
    /// Bytes of one text at most.
    private static let maximumTextBytes = 400

    /// The same with every text cut to what a trailer has room for.
    var cut: StatusDetail {
        func cut(_ text: String) -> String { text.cut(toBytes: StatusDetail.maximumTextBytes) }
        return switch self {
        case .errorInfo(let reason, let domain, let metadata):
            .errorInfo(reason: reason, domain: domain, metadata: metadata.mapValues(cut))
        case .badRequest(let violations):
            .badRequest(
                violations.prefix(Self.maximumViolations).map {
                    .init(field: cut($0.field), description: cut($0.description))
                })
        case .preconditionFailure(let violations):
            .preconditionFailure(
                violations.prefix(Self.maximumViolations).map {
                    .init(type: $0.type, subject: cut($0.subject), description: cut($0.description))
                })
        case .resourceInfo(let type, let name, let description):
            .resourceInfo(type: type, name: cut(name), description: cut(description))
        case .quotaFailure(let violations):
            .quotaFailure(
                violations.prefix(Self.maximumViolations).map {
                    .init(subject: cut($0.subject), description: cut($0.description))
                })
        case .retryInfo: self
        }
    }

    /// The same with the first half of its violations; nil where it has one or none.
    var withHalfItsViolations: StatusDetail? {
        switch self {
        case .badRequest(let violations) where violations.count > 1:
            .badRequest(Array(violations.prefix(violations.count / 2)))
        case .preconditionFailure(let violations) where violations.count > 1:
            .preconditionFailure(Array(violations.prefix(violations.count / 2)))
        case .quotaFailure(let violations) where violations.count > 1:
            .quotaFailure(Array(violations.prefix(violations.count / 2)))
        default: nil
        }
    }
}

extension String {
    /// The text, or its beginning and an ellipsis where it is longer than so many bytes.
    func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        let ellipsis = "\u{2026}"
        var end = utf8.index(utf8.startIndex, offsetBy: limit - ellipsis.utf8.count)
        // Never in the middle of a scalar.
        while String.Index(end, within: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end]) + ellipsis
    }
}
