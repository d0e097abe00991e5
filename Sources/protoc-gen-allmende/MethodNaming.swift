internal import SwiftProtobufPluginLibrary

/// The four kinds of gRPC methods, named as the cases of `GRPC.CallKind`.
enum MethodKind: String {
    case unary, clientStreaming, serverStreaming, bidirectionalStreaming
}

extension MethodDescriptor {
    var kind: MethodKind {
        switch (clientStreaming, serverStreaming) {
        case (false, false): .unary
        case (true, false): .clientStreaming
        case (false, true): .serverStreaming
        case (true, true): .bidirectionalStreaming
        }
    }

    /// The method's name with a small first letter, quoted where Swift reserves the word.
    var swiftName: String {
        let camel = name.prefix(1).lowercased() + name.dropFirst()
        return MethodDescriptor.reserved.contains(camel) ? "`\(camel)`" : camel
    }

    /// Words that cannot name a function or a static constant without quotes, of those that start an RPC's name.
    private static let reserved: Set<String> = [
        "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do",
        "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import",
        "in", "init", "inout", "internal", "is", "let", "nil", "operator", "precedencegroup", "private", "protocol",
        "public", "repeat", "rethrows", "return", "self", "static", "struct", "subscript", "super", "switch", "throw",
        "throws", "true", "try", "typealias", "var", "where", "while",
    ]
}
