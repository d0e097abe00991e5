internal import Domain

/// The errors of a batch of usage; each names the record and the field.
enum UsageFailure {
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
