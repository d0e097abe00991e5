internal import CNGHTTP2

/// The header fields of responses: constant for what happens all the time, put together for the rest.
enum ResponseFields {
    /// Constant fields, in memory that is never freed.
    private static func constant(_ fields: [nghttp2_nv]) -> UnsafeBufferPointer<nghttp2_nv> {
        let copy = UnsafeMutableBufferPointer<nghttp2_nv>.allocate(capacity: fields.count)
        _ = copy.initialize(from: fields)
        return UnsafeBufferPointer(copy)
    }

    /// The headers of a response with messages.
    nonisolated(unsafe) static let headers = constant([  // read-only after it is made
        HTTP2.field(":status", "200"), HTTP2.field("content-type", "application/grpc"),
        HTTP2.field("grpc-accept-encoding", MessageEncoding.accepted),
    ])

    /// The headers of a response with compressed messages.
    nonisolated(unsafe) static let compressedHeaders = constant([  // read-only after it is made
        HTTP2.field(":status", "200"), HTTP2.field("content-type", "application/grpc"),
        HTTP2.field("grpc-accept-encoding", MessageEncoding.accepted), HTTP2.field("grpc-encoding", "gzip"),
    ])

    /// The trailers of a call that went well.
    nonisolated(unsafe) static let ok = constant([HTTP2.field("grpc-status", "0")])  // read-only after it is made

    /// Bytes of a message, as it is sent, at most: a longer one would never arrive, and neither would its status.
    static let maximumMessageBytes = 4 << 10
    /// Bytes of the details, as they are sent, at most; longer ones are left out.
    static let maximumDetailsBytes = 16 << 10

    /// The fields that carry a status and the call's own trailers, as far as there is room.
    static func add(_ status: Status, _ trailers: Metadata, to block: inout HeaderBlock) {
        block.add("grpc-status", String(status.code.rawValue).utf8)
        if !status.message.isEmpty {
            block.add("grpc-message", PercentEncoding.encode(status.message).prefix(maximumMessageBytes))
        }
        if let details = status.details.map(Base64.encode), details.count <= maximumDetailsBytes {
            block.add("grpc-status-details-bin", details)
        }
        block.add(status.metadata)
        block.add(trailers)
    }

    /// Headers and status in one block, for a call that fails before its first message.
    static func trailersOnly(_ status: Status, _ trailers: Metadata) -> HeaderBlock {
        var block = HeaderBlock()
        block.add(":status", "200")
        block.add("content-type", "application/grpc")
        block.add("grpc-accept-encoding", MessageEncoding.accepted)
        add(status, trailers, to: &block)
        return block
    }
}
