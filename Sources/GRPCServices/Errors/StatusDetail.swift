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
