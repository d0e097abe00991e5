import API
import Foundation
import GRPC
import SwiftProtobuf

/// What the proto files say of the services and their requests, so that tests reach calls that did not exist when they
/// were written.
struct Schema: Sendable {
    struct Method: Sendable {
        let descriptor: MethodDescriptor
        /// Full name of the request's message.
        let input: String
    }

    private(set) var messages: [String: Google_Protobuf_DescriptorProto] = [:]
    private(set) var enums: [String: Google_Protobuf_EnumDescriptorProto] = [:]
    /// By path.
    private(set) var methods: [Method] = []

    static let shared = Result { try Schema() }

    private init() throws {
        for file in FileDescriptors.all {
            let bytes = Data(base64Encoded: "\(file.base64)") ?? Data()
            let file = try Google_Protobuf_FileDescriptorProto(serializedBytes: bytes)
            for message in file.messageType { add(message, in: file.package) }
            for type in file.enumType { enums["\(file.package).\(type.name)"] = type }
            for service in file.service {
                for method in service.method { add(method, of: "\(file.package).\(service.name)") }
            }
        }
        methods.sort { $0.descriptor.path < $1.descriptor.path }
    }

    private mutating func add(_ message: Google_Protobuf_DescriptorProto, in scope: String) {
        let name = "\(scope).\(message.name)"
        messages[name] = message
        for nested in message.nestedType { add(nested, in: name) }
        for type in message.enumType { enums["\(name).\(type.name)"] = type }
    }

    private mutating func add(_ method: Google_Protobuf_MethodDescriptorProto, of service: String) {
        let kind: CallKind =
            switch (method.clientStreaming, method.serverStreaming) {
            case (false, false): .unary
            case (true, false): .clientStreaming
            case (false, true): .serverStreaming
            case (true, true): .bidirectionalStreaming
            }
        let descriptor = MethodDescriptor(service: service, method: method.name, kind: kind)
        methods.append(Method(descriptor: descriptor, input: String(method.inputType.dropFirst())))
    }
}

extension Client {
    /// Makes a call of any kind with one request; of answers that stream only the first few are read.
    /// - Parameter patience: after which a stream is given up.
    /// - Throws: `Status`.
    func send(
        _ bytes: [UInt8], to method: MethodDescriptor, patience: Duration = .milliseconds(500)
    ) async throws {
        if method.kind == .unary {
            _ = try await unary(method, bytes, options: CallOptions(timeout: max(patience, .seconds(10))))
            return
        }
        // A watch that has nothing to say would never end by itself.
        let call = try await open(method, options: CallOptions(timeout: patience))
        defer { call.cancel() }
        try await call.send(bytes)
        try await call.finish()
        for _ in 0..<3 { if try await call.receive() == nil { return } }
    }
}
