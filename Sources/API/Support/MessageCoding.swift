internal import GRPC
internal import SwiftProtobuf

/// Bytes to messages and back, with the status that each failure deserves.
enum MessageCoding {
    /// Reads a request; unknown fields are dropped, since nothing here would act on them.
    ///
    /// - Throws: `INVALID_ARGUMENT` where the bytes are not such a message.
    static func decodeRequest<Request: Message>(_ bytes: [UInt8]) throws -> Request {
        var decoding = BinaryDecodingOptions()
        decoding.discardUnknownFields = true
        do {
            return try Request(serializedBytes: bytes, options: decoding)
        } catch {
            throw Status(.invalidArgument, "the request is not a valid \(Request.protoMessageName)")
        }
    }

    /// Reads an answer.
    ///
    /// - Throws: `INTERNAL` where the bytes are not such a message: the server broke the contract, not the caller.
    static func decodeResponse<Response: Message>(_ bytes: [UInt8]) throws -> Response {
        do {
            return try Response(serializedBytes: bytes)
        } catch {
            throw Status(.internal, "the answer is not a valid \(Response.protoMessageName)")
        }
    }

    static func encode(_ message: some Message) throws -> [UInt8] {
        try message.serializedBytes()
    }
}
