internal import API
internal import GRPC
internal import SwiftProtobuf

/// What `grpc-status-details-bin` says beside the message.
struct StatusDetails {
    /// The reason for machines, for example SHARES_DO_NOT_SUM_TO_ONE.
    private(set) var reason: String?
    /// Further facts, in the order of their keys.
    private(set) var facts: [(key: String, value: String)] = []
    /// What is wrong, field by field.
    private(set) var fields: [Google_Rpc_BadRequest.FieldViolation] = []

    /// Reads the details of a status; what cannot be read is left out, since the message is there anyway.
    init(_ status: Status) {
        guard let bytes = status.details, let message = try? Google_Rpc_Status(serializedBytes: bytes) else { return }
        for detail in message.details {
            if let info = try? Google_Rpc_ErrorInfo(unpackingAny: detail) {
                reason = info.reason
                facts = info.metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            } else if let request = try? Google_Rpc_BadRequest(unpackingAny: detail) {
                fields += request.fieldViolations
            }
        }
    }
}
