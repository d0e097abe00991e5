internal import CNGHTTP2

/// How a connection of the server came to its end, as metrics and the log tell it.
enum ConnectionEnd: Int, CaseIterable, Sendable {
    /// The client closed it, or the network lost it.
    case peerLeft
    case handshakeFailed
    case handshakeTimeout
    /// A block of headers was begun and not completed.
    case headersTimeout
    case idle
    case age
    /// Nothing came, not even the answer to a PING.
    case keepaliveTimeout
    /// The client's certificate is not accepted any more.
    case certificateRefused
    case shutdown
    /// Frames against HTTP/2's rules.
    case protocolError
    case resetFlood
    case controlFlood
    case emptyFrameFlood
    case continuationFlood

    /// The label's value in metrics.
    var label: String {
        switch self {
        case .peerLeft: "peer_left"
        case .handshakeFailed: "handshake_failed"
        case .handshakeTimeout: "handshake_timeout"
        case .headersTimeout: "headers_timeout"
        case .idle: "idle"
        case .age: "age"
        case .keepaliveTimeout: "keepalive_timeout"
        case .certificateRefused: "certificate_refused"
        case .shutdown: "shutdown"
        case .protocolError: "protocol_error"
        case .resetFlood: "reset_flood"
        case .controlFlood: "control_flood"
        case .emptyFrameFlood: "empty_frame_flood"
        case .continuationFlood: "continuation_flood"
        }
    }

    /// What the last GOAWAY says (RFC 9113 section 7).
    var errorCode: UInt32 {
        switch self {
        case .resetFlood, .controlFlood, .emptyFrameFlood, .continuationFlood, .headersTimeout:
            UInt32(NGHTTP2_ENHANCE_YOUR_CALM.rawValue)
        case .protocolError: UInt32(NGHTTP2_PROTOCOL_ERROR.rawValue)
        default: HTTP2.noError
        }
    }

    /// What the calls on the connection are told.
    var status: Status {
        let text =
            switch self {
            case .peerLeft: "the connection has ended"
            case .handshakeFailed: "the handshake has failed"
            case .handshakeTimeout: "the handshake took too long"
            case .headersTimeout: "the headers of a call took too long"
            case .idle: "the connection was idle"
            case .age: "the connection has reached its age"
            case .keepaliveTimeout: "the client does not answer any more"
            case .certificateRefused: "the client's certificate is not accepted"
            case .shutdown: "the server has shut down"
            case .protocolError: "the client does not keep to HTTP/2"
            case .resetFlood: "the client resets too many calls"
            case .controlFlood: "the client sends too many control frames"
            case .emptyFrameFlood: "the client sends too many empty frames"
            case .continuationFlood: "the headers of a call come in too many frames"
            }
        return Status(.unavailable, text)
    }

    /// The library's own verdicts on what arrived.
    init(ofLibraryError code: Int32) {
        switch nghttp2_error(rawValue: code) {
        case NGHTTP2_ERR_FLOODED: self = .controlFlood
        case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS: self = .continuationFlood
        default: self = .protocolError
        }
    }
}
