internal import Domain
public import GRPC
internal import GRPCServices
public import Logging

/// Turns what a handler throws into a status: the one table from reasons to gRPC codes. Every error carries one
/// ErrorInfo and the detail that fits; nothing of a driver's text leaves the server.
public struct StatusMapping: Sendable {
    private let logger: Logger

    public init(logger: Logger) {
        self.logger = logger
    }

    /// The status for an error.
    public func status(_ error: any Error, _ call: ServerCall) -> Status {
        switch error {
        case let status as Status: status.details == nil ? explained(status) : status
        case is CancellationError: Status(.cancelled, "the call was cancelled")
        case let failure as Failure: status(failure)
        case let error as CheckpointFileError: unkept(error, call)
        default: unexpected(error, call)
        }
    }

    private func status(_ failure: Failure) -> Status {
        var details: [StatusDetail] = [
            .errorInfo(
                reason: failure.reason.code, domain: "allmende",
                metadata: Dictionary(
                    failure.metadata.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }))
        ]
        if !failure.violations.isEmpty {
            details.append(
                .badRequest(failure.violations.map { .init(field: $0.field, description: $0.description) }))
        }
        if let resource = failure.resource {
            details.append(
                .resourceInfo(type: resource.type, name: resource.name, description: failure.message))
        }
        let code = StatusMapping.code(failure.reason)
        if code == .failedPrecondition, failure.violations.isEmpty {
            details.append(
                .preconditionFailure([
                    .init(
                        type: failure.reason.code, subject: failure.resource?.name ?? "", description: failure.message)
                ]))
        }
        if code == .unavailable || code == .resourceExhausted, failure.violations.isEmpty {
            details.append(.retryInfo(.seconds(1)))
        }
        return Status(code, failure.message, carrying: details)
    }

    /// A fault of ours: the caller gets an id, the log gets the cause under it.
    /// What the floors below refuse by themselves, such as a message that cannot be decoded, names its reason too.
    private func explained(_ plain: Status) -> Status {
        let reason: Reason
        switch plain.code {
        case .invalidArgument: reason = .malformedMessage
        case .resourceExhausted: reason = .quotaExceeded
        case .unimplemented: reason = .notImplemented
        case .deadlineExceeded: reason = .timedOut
        default: return plain
        }
        var explained = status(Failure(reason, plain.message))
        explained.metadata = plain.metadata
        return explained
    }

    /// A full disk is no fault of ours, but only the operator can do something about it.
    private func unkept(_ error: CheckpointFileError, _ call: ServerCall) -> Status {
        logger.error(
            "checkpoints cannot be kept outside the database, so none is signed; make room or mend the directory",
            metadata: ["method": "\(call.method.path)", "cause": "\(error)"])
        return status(
            Failure(.unavailable, "the checkpoint cannot be kept now; repeat the call when the operator has seen to it")
        )
    }

    private func unexpected(_ error: any Error, _ call: ServerCall) -> Status {
        let id = String(UInt64.random(in: .min ... .max), radix: 16)
        logger.error(
            "unexpected error", metadata: ["error_id": "\(id)", "method": "\(call.method.path)", "cause": "\(error)"])
        return status(
            Failure(.internal, "an unexpected error occurred; tell the operator its id \(id)").with("error_id", id))
    }

    /// The gRPC code of a reason.
    static func code(_ reason: Reason) -> StatusCode {
        switch reason {
        case .missingField, .invalidField, .malformedMessage, .sharesDoNotSumToOne, .weightsDoNotSumToOne,
            .unknownMetric, .unknownApplication, .unknownParty, .batchTooLarge, .invalidPageToken, .unknownPosition:
            .invalidArgument
        case .duplicateRecord, .requestIDReused, .alreadyExists: .alreadyExists
        case .missingCertificate, .unknownCertificate, .credentialRevoked: .unauthenticated
        case .permissionDenied, .notAMember, .notInElectorate, .ownVoteOnly: .permissionDenied
        case .unknownResource: .notFound
        case .etagMismatch, .conflict: .aborted
        case .noLongerKept, .invalidState, .decisionRequired, .noRevisionInForce, .missingKeyFigure, .noUsage,
            .weightsAllZero, .infeasibleRule, .periodClosed, .registerNotSigning:
            .failedPrecondition
        case .outOfRange: .outOfRange
        case .quotaExceeded, .overloaded: .resourceExhausted
        case .timedOut: .deadlineExceeded
        case .unavailable, .outcomeUnknown: .unavailable
        case .notImplemented: .unimplemented
        case .internal: .internal
        }
    }
}
