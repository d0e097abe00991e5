internal import API
public import GRPC
internal import SwiftProtobuf

extension Status {
    /// Bytes of `google.rpc.Status` at most: stock clients accept 8 KiB of headers, and base64 adds a third.
    public static let maximumDetailBytes = 4 << 10

    /// Bytes of a message at most. It may repeat what a caller has sent, which can be of any length.
    public static let maximumMessageBytes = 1 << 10

    /// A status with details for programs, which travel in `grpc-status-details-bin`.
    ///
    /// A message over `maximumMessageBytes` is cut. Violations, then details that would make the whole larger than
    /// `maximumDetailBytes` are left out, the last ones first.
    public init(_ code: StatusCode, _ message: String, carrying details: [StatusDetail]) {
        let message = message.cut(toBytes: Status.maximumMessageBytes)
        self.init(code, message, details: Status.encode(code, message, details.map(\.cut)))
    }

    /// The details of this status that are of a known type.
    ///
    /// - Throws: `BinaryDecodingError` where the peer's details are malformed.
    public func readDetails() throws -> [StatusDetail] {
        guard let details else { return [] }
        return try Google_Rpc_Status(serializedBytes: details).details.compactMap(StatusDetail.init)
    }

    /// Nil where not even the code and message fit: the trailers `grpc-status` and `grpc-message` say them anyway.
    private static func encode(_ code: StatusCode, _ message: String, _ details: [StatusDetail]) -> [UInt8]? {
        var details = details
        while true {
            let status = Google_Rpc_Status.with {
                $0.code = Int32(code.rawValue)
                $0.message = message
                $0.details = details.compactMap { try? $0.packed() }
            }
            guard let bytes: [UInt8] = try? status.serializedBytes() else { return nil }
            if bytes.count <= maximumDetailBytes { return bytes }
            let shorter = details.map(\.withHalfItsViolations)
            if let index = shorter.lastIndex(where: { $0 != nil }), let detail = shorter[index] {
                details[index] = detail
            } else if details.popLast() == nil {
                return nil
            }
        }
    }
}
