internal import API
internal import SwiftProtobuf

/// `StatusDetail` to `google.protobuf.Any` and back.
extension StatusDetail {
    /// More violations than people read are left out, so that the status stays a small trailer.
    static let maximumViolations = 20

    private static let typePrefix = "type.googleapis.com/"

    /// The detail as an `Any`.
    ///
    /// - Throws: never for details built here; SwiftProtobuf's serialisation is declared to throw.
    func packed() throws -> Google_Protobuf_Any {
        let message = message
        var encoding = BinaryEncodingOptions()
        encoding.useDeterministicOrdering = true
        var any = Google_Protobuf_Any()
        any.typeURL = StatusDetail.typePrefix + type(of: message).protoMessageName
        any.value = try message.serializedBytes(options: encoding)
        return any
    }

    private var message: any Message {
        switch self {
        case .errorInfo(let reason, let domain, let metadata):
            Google_Rpc_ErrorInfo.with {
                $0.reason = reason
                $0.domain = domain
                $0.metadata = metadata
            }
        case .badRequest(let violations):
            Google_Rpc_BadRequest.with { $0.fieldViolations = violations.map(\.proto) }
        case .preconditionFailure(let violations):
            Google_Rpc_PreconditionFailure.with {
                $0.violations = violations.map(\.proto)
            }
        case .resourceInfo(let type, let name, let description):
            Google_Rpc_ResourceInfo.with {
                $0.resourceType = type
                $0.resourceName = name
                $0.description_p = description
            }
        case .quotaFailure(let violations):
            Google_Rpc_QuotaFailure.with { $0.violations = violations.map(\.proto) }
        case .retryInfo(let delay):
            Google_Rpc_RetryInfo.with { $0.retryDelay = .init(roundingUp: delay) }
        }
    }

    /// Reads an `Any`; nil for a type that is not in this list.
    ///
    /// - Throws: `BinaryDecodingError` for a malformed message of a known type.
    init?(_ any: Google_Protobuf_Any) throws {
        let name = any.typeURL.split(separator: "/").last.map(String.init)
        switch name {
        case Google_Rpc_ErrorInfo.protoMessageName:
            let info = try Google_Rpc_ErrorInfo(serializedBytes: any.value)
            self = .errorInfo(reason: info.reason, domain: info.domain, metadata: info.metadata)
        case Google_Rpc_BadRequest.protoMessageName:
            let request = try Google_Rpc_BadRequest(serializedBytes: any.value)
            self = .badRequest(request.fieldViolations.map(FieldViolation.init))
        case Google_Rpc_PreconditionFailure.protoMessageName:
            let failure = try Google_Rpc_PreconditionFailure(serializedBytes: any.value)
            self = .preconditionFailure(failure.violations.map(PreconditionViolation.init))
        case Google_Rpc_ResourceInfo.protoMessageName:
            let info = try Google_Rpc_ResourceInfo(serializedBytes: any.value)
            self = .resourceInfo(type: info.resourceType, name: info.resourceName, description: info.description_p)
        case Google_Rpc_QuotaFailure.protoMessageName:
            let failure = try Google_Rpc_QuotaFailure(serializedBytes: any.value)
            self = .quotaFailure(failure.violations.map(QuotaViolation.init))
        case Google_Rpc_RetryInfo.protoMessageName:
            let delay = try Google_Rpc_RetryInfo(serializedBytes: any.value).retryDelay
            self = .retryInfo(.seconds(delay.seconds) + .nanoseconds(Int64(delay.nanos)))
        default: return nil
        }
    }
}

extension StatusDetail.FieldViolation {
    var proto: Google_Rpc_BadRequest.FieldViolation {
        .with {
            $0.field = field
            $0.description_p = description
        }
    }

    init(_ proto: Google_Rpc_BadRequest.FieldViolation) {
        self.init(field: proto.field, description: proto.description_p)
    }
}

extension StatusDetail.PreconditionViolation {
    var proto: Google_Rpc_PreconditionFailure.Violation {
        .with {
            $0.type = type
            $0.subject = subject
            $0.description_p = description
        }
    }

    init(_ proto: Google_Rpc_PreconditionFailure.Violation) {
        self.init(type: proto.type, subject: proto.subject, description: proto.description_p)
    }
}

extension StatusDetail.QuotaViolation {
    var proto: Google_Rpc_QuotaFailure.Violation {
        .with {
            $0.subject = subject
            $0.description_p = description
        }
    }

    init(_ proto: Google_Rpc_QuotaFailure.Violation) {
        self.init(subject: proto.subject, description: proto.description_p)
    }
}

extension Google_Protobuf_Duration {
    /// Whole nanoseconds, never fewer than `duration`: who waits the time told has waited long enough.
    init(roundingUp duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let nanosecond: Int64 = 1_000_000_000
        let nanos = attoseconds / nanosecond + (attoseconds % nanosecond > 0 ? 1 : 0)
        self.init(seconds: seconds + nanos / nanosecond, nanos: Int32(nanos % nanosecond))
    }
}
