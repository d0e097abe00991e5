internal import Domain
internal import UsageWire

/// The errors of a batch of usage; each names the record and the field.
enum UsageFailure {
    /// Turns what the wire reader throws into failures.
    static func mapping<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as UsageWireError {
            switch error {
            case .malformed: throw Failure(.malformedMessage, "the message is not an IngestUsageRequest")
            case .tooLarge:
                throw Failure.invalid(
                    "records", "take too much memory; send at most \(Limits.usageBatch) in one batch",
                    reason: .batchTooLarge)
            case .invalidText(let field): throw Failure.invalid(field, "must be UTF-8 text without NUL")
            }
        }
    }

    static func field(_ index: Int, _ name: String, _ why: String) -> Failure {
        .invalid("records[\(index)].\(name)", why)
    }

    static func size(_ count: Int) -> Failure {
        if count == 0 { return .missing("records") }
        return .invalid(
            "records", "has \(count) records; send at most \(Limits.usageBatch) in one batch", reason: .batchTooLarge)
    }

    static func foreignParty(_ index: Int, own: String) -> Failure {
        .invalid(
            "records[\(index)].party_code", "must be \(own), the party of the certificate", reason: .permissionDenied)
    }

    static func unknownMetric(_ index: Int, _ code: String, in application: String) -> Failure {
        .invalid(
            "records[\(index)].metric_id", "names metric \(code), which \(application) does not have",
            reason: .unknownMetric)
    }
}
