internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// A protoc plugin: for every proto file with services a `*.grpc.swift` with method descriptors, a handler protocol,
/// its registration on a router and a typed client; and one file with the descriptors of all files, for reflection.
@main
struct AllmendeGenerator: CodeGenerator {
    init() {}

    var supportedFeatures: [Google_Protobuf_Compiler_CodeGeneratorResponse.Feature] { [.proto3Optional] }

    func generate(
        files: [FileDescriptor], parameter: any CodeGeneratorParameter,
        protoCompilerContext: any ProtoCompilerContext, generatorOutputs: any GeneratorOutputs
    ) throws {
        let options = try GeneratorOptions(parameter.parsedPairs)
        try options.checkRawMethods(exist: files)
        for file in files where !file.services.isEmpty && !options.descriptorsOnly.contains(file.name) {
            var printer = ServiceFilePrinter(file: file, options: options)
            try generatorOutputs.add(
                fileName: outputName(of: file.name, suffix: ".grpc.swift"), contents: printer.content())
        }
        var pool = DescriptorPoolPrinter(files: files, options: options)
        try generatorOutputs.add(fileName: "FileDescriptors.swift", contents: try pool.content())
    }

    /// One flat folder: SwiftPM refuses two files of one base name in a module, and `v1/reflection.proto` and
    /// `v1alpha/reflection.proto` would be such a pair.
    private func outputName(of protoName: String, suffix: String) -> String {
        let base = protoName.hasSuffix(".proto") ? String(protoName.dropLast(".proto".count)) : protoName
        return String(base.map { $0 == "/" ? "_" : $0 }) + suffix
    }
}
