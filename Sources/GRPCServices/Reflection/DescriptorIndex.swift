internal import API
internal import Foundation
internal import SwiftProtobuf

/// Finds proto files by name, by the names they declare and by the extensions they hold.
struct DescriptorIndex: Sendable {
    private struct File: Sendable {
        let bytes: Data
        let dependencies: [String]
    }

    private var files: [String: File] = [:]
    private var fileOfSymbol: [String: String] = [:]
    private var fileOfExtension: [String: [Int32: String]] = [:]

    /// The files of the module `API`, read at the first question.
    static let api: DescriptorIndex = {
        let files = FileDescriptors.all.map { file in
            guard let bytes = Data(base64Encoded: "\(file.base64)") else {
                preconditionFailure("the generated descriptor of \(file.name) is not base64")
            }
            return bytes
        }
        do {
            return try DescriptorIndex(files)
        } catch {
            preconditionFailure("a generated descriptor is malformed: \(error)")
        }
    }()

    /// Reads serialised `FileDescriptorProto`s.
    ///
    /// - Throws: `BinaryDecodingError` where one is malformed.
    init(_ serialized: [Data]) throws {
        for bytes in serialized {
            let file = try Google_Protobuf_FileDescriptorProto(serializedBytes: bytes)
            files[file.name] = File(bytes: bytes, dependencies: file.dependency)
            index(file)
        }
    }

    // MARK: - Questions

    /// The file of this name, then all it imports, directly or not; nil when there is no such file.
    func file(named name: String) -> [Data]? {
        guard files[name] != nil else { return nil }
        var seen: Set<String> = [name]
        var queue = [name]
        var found: [Data] = []
        while found.count < queue.count {
            guard let file = files[queue[found.count]] else { return nil }
            found.append(file.bytes)
            queue += file.dependencies.filter { seen.insert($0).inserted }
        }
        return found
    }

    /// The file that declares a service, method, message, field, oneof, enum, enum value or extension.
    func file(declaring symbol: String) -> [Data]? {
        fileOfSymbol[symbol].flatMap(file(named:))
    }

    /// The file that extends the message `type` by the field `number`.
    func file(extending type: String, number: Int32) -> [Data]? {
        fileOfExtension[type]?[number].flatMap(file(named:))
    }

    /// Numbers of the extensions of the message `type` in ascending order; nil when there is no such name.
    func extensionNumbers(of type: String) -> [Int32]? {
        guard fileOfSymbol[type] != nil else { return nil }
        return fileOfExtension[type, default: [:]].keys.sorted()
    }

    // MARK: - Building

    private mutating func index(_ file: Google_Protobuf_FileDescriptorProto) {
        let package = file.package
        for message in file.messageType { index(message, in: package, file.name) }
        for type in file.enumType { index(type, in: package, file.name) }
        for field in file.extension { index(extension: field, in: package, file.name) }
        for service in file.service {
            let name = declare(service.name, in: package, file.name)
            for method in service.method { declare(method.name, in: name, file.name) }
        }
    }

    private mutating func index(_ message: Google_Protobuf_DescriptorProto, in scope: String, _ file: String) {
        let name = declare(message.name, in: scope, file)
        for field in message.field { declare(field.name, in: name, file) }
        for oneof in message.oneofDecl { declare(oneof.name, in: name, file) }
        for nested in message.nestedType { index(nested, in: name, file) }
        for type in message.enumType { index(type, in: name, file) }
        for field in message.extension { index(extension: field, in: name, file) }
    }

    /// The values of an enum are its siblings, not its children, in protobuf's scopes.
    private mutating func index(_ type: Google_Protobuf_EnumDescriptorProto, in scope: String, _ file: String) {
        declare(type.name, in: scope, file)
        for value in type.value { declare(value.name, in: scope, file) }
    }

    private mutating func index(
        extension field: Google_Protobuf_FieldDescriptorProto, in scope: String, _ file: String
    ) {
        declare(field.name, in: scope, file)
        // protoc writes the extended type's full name with a dot in front.
        fileOfExtension[String(field.extendee.trimmingPrefix(".")), default: [:]][field.number] = file
    }

    @discardableResult
    private mutating func declare(_ name: String, in scope: String, _ file: String) -> String {
        let fullName = scope.isEmpty ? name : "\(scope).\(name)"
        fileOfSymbol[fullName] = file
        return fullName
    }
}
