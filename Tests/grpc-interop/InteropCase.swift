/// The cases of gRPC's interoperability tests that apply, by their names there.
enum InteropCase: String, CaseIterable {
    case emptyUnary = "empty_unary"
    case cacheableUnary = "cacheable_unary"
    case largeUnary = "large_unary"
    case clientCompressedUnary = "client_compressed_unary"
    case serverCompressedUnary = "server_compressed_unary"
    case clientStreaming = "client_streaming"
    case clientCompressedStreaming = "client_compressed_streaming"
    case serverStreaming = "server_streaming"
    case serverCompressedStreaming = "server_compressed_streaming"
    case pingPong = "ping_pong"
    case emptyStream = "empty_stream"
    case customMetadata = "custom_metadata"
    case statusCodeAndMessage = "status_code_and_message"
    case specialStatusMessage = "special_status_message"
    case unimplementedMethod = "unimplemented_method"
    case unimplementedService = "unimplemented_service"
    case cancelAfterBegin = "cancel_after_begin"
    case cancelAfterFirstResponse = "cancel_after_first_response"
    case timeoutOnSleepingServer = "timeout_on_sleeping_server"
}

/// What was not as the case describes it.
struct Mismatch: Error, CustomStringConvertible {
    let description: String

    static func unless(_ holds: Bool, _ text: @autoclosure () -> String) throws {
        if !holds { throw Mismatch(description: text()) }
    }
}
