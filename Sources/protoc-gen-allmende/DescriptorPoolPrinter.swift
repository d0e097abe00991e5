internal import Foundation
internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// Prints `FileDescriptors.swift`: the descriptor of every file and of all it imports, directly or not, so that
/// reflection can serve a set that links completely.
struct DescriptorPoolPrinter {
    private let files: [FileDescriptor]
    private let options: GeneratorOptions
    private var printer = CodePrinter(indent: "    ".unicodeScalars, addNewlines: true)

    init(files: [FileDescriptor], options: GeneratorOptions) {
        self.files = files
        self.options = options
    }

    mutating func content() throws -> String {
        let access = options.access
        printer.printHeader(source: "every proto file")
        printer.print(
            "/// The proto files of this module and all files they import, dependencies first.",
            "\(access)enum FileDescriptors {",
            "    /// Name of the file, and its `FileDescriptorProto` without source locations in base64.",
            "    \(access)static let all: [(name: String, base64: StaticString)] = [")
        printer.indent()
        printer.indent()
        for file in closure() { try printEntry(file) }
        printer.outdent()
        printer.outdent()
        printer.print("    ]", "}")
        return printer.content
    }

    /// Depth first from the files in order of name: the result depends on the protos alone, not on protoc's arguments.
    private func closure() -> [FileDescriptor] {
        var seen: Set<String> = []
        var ordered: [FileDescriptor] = []
        func visit(_ file: FileDescriptor) {
            guard seen.insert(file.name).inserted else { return }
            for dependency in file.dependencies { visit(dependency) }
            ordered.append(file)
        }
        for file in files.sorted(by: { $0.name < $1.name }) { visit(file) }
        return ordered
    }

    private mutating func printEntry(_ file: FileDescriptor) throws {
        var encoding = BinaryEncodingOptions()
        encoding.useDeterministicOrdering = true
        let bytes: [UInt8] = try file.extractProto().serializedBytes(options: encoding)
        printer.print("(", "    name: \"\(file.name)\",", "    base64: \"\"\"")
        printer.indent()
        printer.indent()
        // A backslash joins a line with the next; the last line of a literal may not have one.
        printer.print(lines(Data(bytes).base64EncodedString()).joined(separator: "\\\n"), "\"\"\"")
        printer.outdent()
        printer.outdent()
        printer.print("),")
    }

    private func lines(_ text: String) -> [String] {
        let width = 100
        let characters = Array(text)
        return stride(from: 0, to: characters.count, by: width).map {
            String(characters[$0..<min($0 + width, characters.count)])
        }
    }
}
