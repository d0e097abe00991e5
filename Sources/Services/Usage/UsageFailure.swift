internal import Domain
internal import UsageWire

/// The errors of a whole batch; what is wrong with single records stands in the receipt.
enum UsageFailure {
    /// Turns what the wire reader throws into failures.
    static func mapping<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as UsageWireError {
            switch error {
            case .malformed: throw Failure(.malformedMessage, "the message is not a batch of usage records")
            case .tooLarge:
                throw Failure.invalid(
                    "records", "take too much memory; send at most \(Limits.usageBatch) in one batch",
                    reason: .batchTooLarge)
            case .invalidText(let field): throw Failure.invalid(field, "must be UTF-8 text without NUL")
            }
        }
    }

    static func size(_ count: Int) -> Failure {
        if count == 0 { return .missing("records") }
        return .invalid(
            "records", "has \(count) records; send at most \(Limits.usageBatch) in one batch", reason: .batchTooLarge)
    }
}
