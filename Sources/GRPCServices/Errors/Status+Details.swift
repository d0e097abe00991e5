internal import API
public import GRPC
internal import SwiftProtobuf

extension Status {
    /// Bytes of `google.rpc.Status` at most: stock clients accept 8 KiB of headers, and base64 adds a third.
    public static let maximumDetailBytes = 4 << 10

    /// A status with details for programs, which travel in `grpc-status-details-bin`.
    ///
    /// Details that would make it larger than `maximumDetailBytes` are left out, the last ones first.
    public init(_ code: StatusCode, _ message: String, carrying details: [StatusDetail]) {
        self.init(code, message, details: Status.encode(code, message, details))
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
        var status = Google_Rpc_Status.with {
            $0.code = Int32(code.rawValue)
            $0.message = message
            $0.details = details.compactMap { try? $0.packed() }
        }
        while true {
            guard let bytes: [UInt8] = try? status.serializedBytes() else { return nil }
            if bytes.count <= maximumDetailBytes { return bytes }
            guard status.details.popLast() != nil else { return nil }
        }
    }
}
