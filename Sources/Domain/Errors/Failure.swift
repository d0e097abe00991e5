/// The error of every rule and every call: a reason for machines, a message for people, and what it is about.
public struct Failure: Error, Sendable, Hashable {
    /// One named fact for machines (`google.rpc.ErrorInfo.metadata`).
    public struct Detail: Sendable, Hashable {
        public let key: String
        public let value: String

        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// Which kind of failure.
    public let reason: Reason
    /// What happened and what to do next, for a person. Never holds text of a driver or a secret.
    public var message: String
    /// Field by field what is wrong with the request; empty when no single field is to blame.
    public var violations: [FieldViolation]
    /// The resource it is about, if any.
    public var resource: ResourceReference?
    /// Further facts for machines, in the order given.
    public var metadata: [Detail]

    public init(
        _ reason: Reason,
        _ message: String,
        violations: [FieldViolation] = [],
        resource: ResourceReference? = nil,
        metadata: [Detail] = []
    ) {
        self.reason = reason
        self.message = message
        self.violations = violations
        self.resource = resource
        self.metadata = metadata
    }

    /// A field that must be set and is not.
    public static func missing(_ field: String) -> Failure {
        let violation = FieldViolation(field: field, description: "must be set")
        return Failure(.missingField, "\(field) must be set", violations: [violation])
    }

    /// A field with a value that is not allowed; `why` goes on from the field's name.
    ///
    ///     Failure.invalid("seat.ags", "must have 8 digits")
    public static func invalid(_ field: String, _ why: String, reason: Reason = .invalidField) -> Failure {
        let violation = FieldViolation(field: field, description: why)
        return Failure(reason, "\(field) \(why)", violations: [violation])
    }

    /// A resource that does not exist or that the caller may not see; the two are not told apart on purpose.
    public static func unknown(_ type: String, _ name: String) -> Failure {
        let message = "\(type) \(name) does not exist or is not visible to you; check the name and your membership"
        return Failure(.unknownResource, message, resource: ResourceReference(type: type, name: name))
    }

    /// A resource that was to be created and is there already.
    public static func exists(_ type: String, _ name: String) -> Failure {
        let message = "\(type) \(name) exists already; choose another id or read the existing one"
        return Failure(.alreadyExists, message, resource: ResourceReference(type: type, name: name))
    }

    /// The same failure with one more fact for machines.
    public func with(_ key: String, _ value: String) -> Failure {
        var copy = self
        copy.metadata.append(Detail(key: key, value: value))
        return copy
    }

    /// The same failure, about a resource.
    public func about(_ type: String, _ name: String) -> Failure {
        var copy = self
        copy.resource = ResourceReference(type: type, name: name)
        return copy
    }

    /// The value of the first fact with that key.
    public func detail(_ key: String) -> String? {
        metadata.first { $0.key == key }?.value
    }
}

extension Failure: CustomStringConvertible {
    public var description: String { "\(reason.code): \(message)" }
}
