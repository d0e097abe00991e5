internal import CNGHTTP2

/// nghttp2's callbacks, options and constant header fields: made once, used by all connections.
enum HTTP2 {
    /// RFC 9113 section 4.1.
    static let frameHeaderLength = 9

    static let noError = UInt32(NGHTTP2_NO_ERROR.rawValue)

    /// The callbacks of every session; the session's user data is its `HTTP2Connection`, unretained.
    nonisolated(unsafe) static let callbacks: OpaquePointer = makeCallbacks()  // read-only after it is made

    private static func connection(_ data: UnsafeMutableRawPointer?) -> HTTP2Connection {
        Unmanaged<HTTP2Connection>.fromOpaque(data!).takeUnretainedValue()
    }

    /// The stream object that `HTTP2Connection.add` has tied to the id.
    static func stream(_ session: OpaquePointer?, _ id: Int32) -> MessageStream? {
        guard let data = nghttp2_session_get_stream_user_data(session, id) else { return nil }
        return Unmanaged<MessageStream>.fromOpaque(data).takeUnretainedValue()
    }

    private static func makeCallbacks() -> OpaquePointer {
        var made: OpaquePointer?
        precondition(nghttp2_session_callbacks_new(&made) == 0, "out of memory")
        let callbacks = made!
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, data in
            HTTP2.connection(data).headersBegin(frame!.pointee)
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            session, frame, name, count, value, length, _, data in
            guard let stream = HTTP2.stream(session, frame!.pointee.hd.stream_id) else { return 0 }
            stream.header(
                UnsafeBufferPointer(start: name, count: count), UnsafeBufferPointer(start: value, count: length))
            return 0
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { session, _, id, bytes, count, data in
            HTTP2.connection(data).dataArrived(id, UnsafeBufferPointer(start: bytes, count: count))
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, data in
            HTTP2.connection(data).frameArrived(frame!.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, data in
            HTTP2.connection(data).frameSent(frame!.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks) { _, frame, _, data in
            HTTP2.connection(data).frameNotSent(frame!.pointee)
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { session, id, code, data in
            guard let stream = HTTP2.stream(session, id) else { return 0 }
            HTTP2.connection(data).streamClosed(stream, code)
            return 0
        }
        nghttp2_session_callbacks_set_send_data_callback(callbacks) { _, frame, header, count, source, data in
            let stream = Unmanaged<MessageStream>.fromOpaque(source!.pointee.ptr).takeUnretainedValue()
            return HTTP2.connection(data).write(header!, count, of: stream)
        }
        return callbacks
    }

    /// Pulls a stream's messages: tells how much of them goes into the next DATA frame.
    static let readCallback: nghttp2_data_source_read_callback = { _, _, _, length, flags, source, _ in
        let stream = Unmanaged<MessageStream>.fromOpaque(source!.pointee.ptr).takeUnretainedValue()
        return stream.nextFrame(length, flags!)
    }

    /// A field whose name and value live as long as the process.
    static func field(_ name: StaticString, _ value: StaticString) -> nghttp2_nv {
        let flags = NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue
        return nghttp2_nv(
            name: UnsafeMutablePointer(mutating: name.utf8Start),
            value: UnsafeMutablePointer(mutating: value.utf8Start),
            namelen: name.utf8CodeUnitCount, valuelen: value.utf8CodeUnitCount, flags: UInt8(flags))
    }

    static func setting(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
        nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: UInt32(clamping: value))
    }

    /// Options of one session, for the duration of `body`.
    static func withOptions<R>(_ body: (OpaquePointer) -> R) -> R {
        var made: OpaquePointer?
        precondition(nghttp2_option_new(&made) == 0, "out of memory")
        let options = made!
        defer { nghttp2_option_del(options) }
        // Flow control follows what handlers take, not what arrives.
        nghttp2_option_set_no_auto_window_update(options, 1)
        return body(options)
    }
}
