internal import SwiftProtobufPluginLibrary

/// What `--allmende_opt` may say.
///
/// - `Visibility=Public` or `Internal` (default): the access level of everything generated.
/// - `Raw=pkg.Service/Method;…`: methods whose handler takes the bytes of messages as they are.
/// - `DescriptorsOnly=path/file.proto;…`: files that appear in the descriptor pool but whose services get no code.
/// - `SupportModule=API`: where readers, writers and streams come from; by default the module generated into.
struct GeneratorOptions {
    /// The access level with a space after it, or nothing for internal.
    private(set) var access = ""
    private(set) var raw: Set<String> = []
    private(set) var descriptorsOnly: Set<String> = []
    private(set) var supportModule: String?

    init(_ pairs: [(key: String, value: String)]) throws {
        for (key, value) in pairs {
            switch (key, value) {
            case ("Visibility", "Public"): access = "public "
            case ("Visibility", "Internal"): access = ""
            case ("Raw", _): raw.formUnion(GeneratorOptions.list(value))
            case ("DescriptorsOnly", _): descriptorsOnly.formUnion(GeneratorOptions.list(value))
            case ("SupportModule", _): supportModule = value
            default: throw GeneratorError("unknown option or value: \(key)=\(value)")
            }
        }
    }

    /// protoc itself splits options at commas, so lists inside one use semicolons.
    private static func list(_ value: String) -> [String] {
        value.split(separator: ";").map(String.init)
    }

    /// A misspelt raw method would silently be generated as a typed one.
    func checkRawMethods(exist files: [FileDescriptor]) throws {
        let known = Set(files.flatMap(\.services).flatMap(\.methods).map(\.rawKey))
        guard let unknown = raw.subtracting(known).min() else { return }
        throw GeneratorError("no such method for the option Raw: \(unknown)")
    }

    func isRaw(_ method: MethodDescriptor) -> Bool { raw.contains(method.rawKey) }
}

/// Ends the run of protoc; the text goes to its standard error.
struct GeneratorError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension MethodDescriptor {
    /// How the option `Raw` names a method: `package.Service/Method`.
    var rawKey: String { "\(service.fullName)/\(name)" }
}
