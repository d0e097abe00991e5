internal import SwiftProtobufPluginLibrary

/// Prints the `*.grpc.swift` of one proto file.
struct ServiceFilePrinter {
    private let file: FileDescriptor
    private let options: GeneratorOptions
    private let namer = SwiftProtobufNamer()
    private var printer = CodePrinter(indent: "    ".unicodeScalars, addNewlines: true)

    init(file: FileDescriptor, options: GeneratorOptions) {
        self.file = file
        self.options = options
    }

    mutating func content() -> String {
        printer.printHeader(source: file.name)
        if let module = options.supportModule { printer.print("\(options.access)import \(module)") }
        printer.print("\(options.access)import GRPC")
        if usesWellKnownTypes { printer.print("\(options.access)import SwiftProtobuf") }
        for service in file.services {
            printMethods(of: service)
            printHandler(of: service)
            printRegistration(of: service)
            printClient(of: service)
        }
        return printer.content
    }

    /// Only then do signatures name SwiftProtobuf, and an import that nothing needs is an error here.
    private var usesWellKnownTypes: Bool {
        let methods: [MethodDescriptor] = file.services.flatMap(\.methods)
        let types: [Descriptor] = methods.flatMap { [$0.inputType, $0.outputType] }
        return types.contains { $0.file.package == "google.protobuf" }
    }

    private func swiftName(_ service: ServiceDescriptor) -> String {
        namer.typePrefix(forFile: service.file) + service.name
    }

    private func methodsName(_ service: ServiceDescriptor) -> String { swiftName(service) + "Methods" }

    // MARK: - Method descriptors

    private mutating func printMethods(of service: ServiceDescriptor) {
        let access = options.access
        printer.print(
            "",
            "/// The methods of `\(service.fullName)`.",
            "\(access)enum \(methodsName(service)) {")
        printer.indent()
        for method in service.methods {
            printer.print(
                "\(access)static let \(method.swiftName) = GRPC.MethodDescriptor(",
                "    service: \"\(service.fullName)\", method: \"\(method.name)\", kind: .\(method.kind))")
        }
        let names = service.methods.map(\.swiftName).joined(separator: ", ")
        printer.print(
            "",
            "/// Every method, in the order of the proto file.",
            "\(access)static let all: [GRPC.MethodDescriptor] = [\(names)]")
        printer.outdent()
        printer.print("}")
    }

    // MARK: - Handler

    private mutating func printHandler(of service: ServiceDescriptor) {
        printer.print("")
        printComments(service.protoSourceComments(), otherwise: "Serves `\(service.fullName)`.")
        printer.print("\(options.access)protocol \(swiftName(service))Handler: Sendable {")
        printer.indent()
        for (index, method) in service.methods.enumerated() {
            if index > 0 { printer.print("") }
            printComments(method.protoSourceComments(), otherwise: "Answers `\(method.rawKey)`.")
            printer.print(requirement(method))
        }
        printer.outdent()
        printer.print("}")
    }

    private func requirement(_ method: MethodDescriptor) -> String {
        let (parameters, result) = signature(method)
        let list = (parameters + ["_ call: GRPC.ServerCall"]).joined(separator: ", ")
        return "func \(method.swiftName)(\n    \(list)\n) async throws" + (result.map { " -> \($0)" } ?? "")
    }

    /// Parameters before the call, and the result where there is one.
    private func signature(_ method: MethodDescriptor) -> (parameters: [String], result: String?) {
        let request = namer.fullName(message: method.inputType)
        let response = namer.fullName(message: method.outputType)
        return switch (method.kind, options.isRaw(method)) {
        case (.unary, true): (["_ request: [UInt8]"], "[UInt8]")
        case (_, true): ([], nil)
        case (.unary, _): (["_ request: \(request)"], response)
        case (.serverStreaming, _): (["_ request: \(request)", "_ responses: ResponseWriter<\(response)>"], nil)
        case (.clientStreaming, _): (["_ requests: RequestReader<\(request)>"], response)
        case (.bidirectionalStreaming, _):
            (["_ requests: RequestReader<\(request)>", "_ responses: ResponseWriter<\(response)>"], nil)
        }
    }

    // MARK: - Registration

    private mutating func printRegistration(of service: ServiceDescriptor) {
        printer.print(
            "",
            "extension GRPC.Router {",
            "    /// Routes every method of `\(service.fullName)` to `handler`.",
            "    \(options.access)mutating func register(_ handler: some \(swiftName(service))Handler) {")
        printer.indent()
        printer.indent()
        for method in service.methods { printer.print(route(method)) }
        printer.outdent()
        printer.outdent()
        printer.print("    }", "}")
    }

    private func route(_ method: MethodDescriptor) -> String {
        let descriptor = "\(methodsName(method.service)).\(method.swiftName)"
        let target = "handler.\(method.swiftName)"
        switch (method.kind, options.isRaw(method)) {
        case (.unary, true): return "unary(\(descriptor)) { try await \(target)($0, $1) }"
        case (_, true): return "stream(\(descriptor)) { try await \(target)($0) }"
        case (.unary, _): return "routeUnary(\(descriptor)) { try await \(target)($0, $1) }"
        case (.serverStreaming, _):
            return "routeServerStreaming(\(descriptor)) { try await \(target)($0, $1, $2) }"
        case (.clientStreaming, _):
            return "routeClientStreaming(\(descriptor)) { try await \(target)($0, $1) }"
        case (.bidirectionalStreaming, _):
            return "routeBidirectional(\(descriptor)) { try await \(target)($0, $1, $2) }"
        }
    }

    // MARK: - Client

    private mutating func printClient(of service: ServiceDescriptor) {
        let access = options.access
        printer.print(
            "",
            "/// Calls `\(service.fullName)`; a failed call throws `GRPC.Status`.",
            "\(access)struct \(swiftName(service))Client: Sendable {",
            "    \(access)let client: GRPC.Client",
            "",
            "    \(access)init(_ client: GRPC.Client) { self.client = client }")
        printer.indent()
        for method in service.methods {
            printer.print("")
            printComments(method.protoSourceComments(), otherwise: "Calls `\(method.rawKey)`.")
            printClientFunction(method)
        }
        printer.outdent()
        printer.print("}")
    }

    private mutating func printClientFunction(_ method: MethodDescriptor) {
        let (request, response) = (
            namer.fullName(message: method.inputType), namer.fullName(message: method.outputType)
        )
        let takesRequest = method.kind == .unary || method.kind == .serverStreaming
        let parameter = takesRequest ? "_ request: \(request), " : ""
        let result = method.kind == .unary ? response : "ClientStream<\(request), \(response)>"
        let descriptor = "\(methodsName(method.service)).\(method.swiftName)"
        printer.print(
            "\(options.access)func \(method.swiftName)(",
            "    \(parameter)options: GRPC.CallOptions = .init()",
            ") async throws -> \(result) {")
        switch method.kind {
        case .unary: printer.print("    try await client.call(\(descriptor), request, options)")
        case .serverStreaming: printer.print("    try await client.openStream(\(descriptor), request, options)")
        case .clientStreaming, .bidirectionalStreaming:
            printer.print("    try await client.openStream(\(descriptor), options)")
        }
        printer.print("}")
    }

    private mutating func printComments(_ comments: String, otherwise fallback: String) {
        guard !comments.isEmpty else { return printer.print("/// \(fallback)") }
        for line in comments.split(separator: "\n", omittingEmptySubsequences: true) { printer.print(String(line)) }
    }
}

extension CodePrinter {
    /// What every generated file begins with.
    mutating func printHeader(source: String) {
        print(
            "// Generated by protoc-gen-allmende from \(source).",
            "// `make protos` writes this file; edits are lost.",
            "// swift-format-ignore-file",
            "")
    }
}
