/// The headers or trailers of a response as they arrive, and the status they tell.
struct ResponseHead {
    private(set) var metadata = Metadata()
    private var httpStatus = 0
    private var isGRPC = false
    private var size = 0
    private var grpcStatus: StatusCode?
    private var message: [UInt8] = []
    private var details: [UInt8]?
    private(set) var encoding = MessageEncoding.identity
    private(set) var fault: Status?

    mutating func receive(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, limit: Int) {
        size += name.count + value.count + 32
        guard size <= limit else {
            return note(Status(.resourceExhausted, "the response's headers are over the limit of \(limit) bytes"))
        }
        switch name.count {
        case 7 where name.is(":status"): httpStatus = ResponseHead.number(value) ?? 0
        case 11 where name.is("grpc-status"):
            grpcStatus = ResponseHead.number(value).flatMap(StatusCode.init(rawValue:)) ?? .unknown
        case 12 where name.is("grpc-message"): message = Array(value)
        case 12 where name.is("content-type"): isGRPC = value.count >= 16 && value.starts(with: "application/grpc".utf8)
        case 13 where name.is("grpc-encoding"): receiveEncoding(value)
        case 20 where name.is("grpc-accept-encoding"): break
        case 23 where name.is("grpc-status-details-bin"): details = Base64.decode(value)
        default:
            if !metadata.receive(name: name, value: value) {
                note(Status(.internal, "binary metadata of the response is not base64"))
            }
        }
    }

    private mutating func note(_ status: @autoclosure () -> Status) {
        if fault == nil { fault = status() }
    }

    private mutating func receiveEncoding(_ value: UnsafeBufferPointer<UInt8>) {
        if let known = MessageEncoding(value) {
            encoding = known
        } else {
            note(Status(.internal, "the response is in an encoding that was not offered"))
        }
    }

    private static func number(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard (1...3).contains(text.count) else { return nil }
        var value = 0
        for letter in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter) else { return nil }
            value = value * 10 + Int(letter - UInt8(ascii: "0"))
        }
        return value
    }

    /// Whether this is an interim response (RFC 9110 section 15.2), which is passed over.
    var isInformational: Bool { (100..<200).contains(httpStatus) }

    /// Why messages cannot follow this block, or nil when they can.
    func headersFailure() -> Status? {
        if let fault { return fault }
        if httpStatus != 200 { return .ofHTTP(httpStatus) }
        return isGRPC ? nil : Status(.unknown, "the response is not gRPC: another kind of server answers there")
    }

    /// The call's outcome, when this is the last block of the stream.
    func finalStatus() -> Status {
        if let fault { return fault }
        guard let grpcStatus else {
            return httpStatus == 200 || httpStatus == 0
                ? Status(.unknown, "the response ends without a status") : .ofHTTP(httpStatus)
        }
        return Status(grpcStatus, PercentEncoding.decode(message), details: details, metadata: metadata)
    }

}

extension Status {
    /// What an answer without gRPC means to a client (gRPC, doc/http-grpc-status-mapping.md).
    static func ofHTTP(_ code: Int) -> Status {
        let mapped: StatusCode =
            switch code {
            case 400: .internal
            case 401: .unauthenticated
            case 403: .permissionDenied
            case 404: .unimplemented
            case 429, 502, 503, 504: .unavailable
            default: .unknown
            }
        return Status(mapped, "the server answers with HTTP status \(code)")
    }
}
